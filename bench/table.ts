/**
 * A Markdown table.
 *
 * @param left columns of text; the others hold numbers.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i < left ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
