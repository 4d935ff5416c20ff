/** `a=PATH,b=PATH` by column; undefined where it is one path or name. A path may hold commas. */
export function columnsOf(source: string): Readonly<Record<string, string>> | undefined {
  if (!/^[a-z]\w*=/.test(source)) return undefined;
  const parts = source.split(/,(?=[a-z]\w*=)/);
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
}
