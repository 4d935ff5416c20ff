/** What other kinds of file start with, after white space. */
const STARTS: readonly (readonly [start: string, kind: string])[] = [
  ['<?xml', 'an XML document'],
  ['<svg', 'an SVG image'],
  ['<', 'an HTML page'],
  ['{', 'JSON'],
  ['[', 'JSON'],
  ['PK\x03\x04', "a zip file, such as PyTorch's checkpoints"],
  ['version https://git-lfs', 'a pointer of Git LFS'],
];

/** What bytes that should be a model evidently are instead, if they are. */
export function looksLike(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  const head = String.fromCharCode(...bytes.subarray(0, 64))
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  return STARTS.find(([start]) => head.startsWith(start))?.[1];
}
