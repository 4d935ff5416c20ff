const LONGEST = 80;

/** Text from a file, fit to stand in a one-line message: control characters as `?`, cut at 80 characters. */
export function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}

/** Any value from outside as JSON, fit to stand in a one-line message. */
export function brief(value: unknown): string {
  try {
    return printable(JSON.stringify(value) ?? 'nothing');
  } catch {
    // JSON can be read at any depth but not written.
    return 'a value nested too deeply';
  }
}
