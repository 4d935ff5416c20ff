/** Letters with their marks, and digits; an apostrophe inside belongs to the word. Other symbols, emoji too, stand alone. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*|\p{S}/gu;

/**
 * The words of a text, in order: lower case, in Unicode's composed form (NFC), so that one word written in two
 * ways is the same. Spaces, hyphens and other punctuation part words and are dropped: `Red eyes, twin-tails!`
 * is `red`, `eyes`, `twin`, `tails`.
 */
export function tokenize(text: string): string[] {
  const plain = text.toLowerCase().normalize('NFC').replaceAll('’', "'");
  return plain.match(WORD) ?? [];
}
