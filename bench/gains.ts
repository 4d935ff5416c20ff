import { columnsOf, resultAt } from './columns';
import type { BenchReport, BenchRow, ColumnKey } from './result';
import { table } from './table';

/** How much faster captured programs are than other ways to do the same, as a table; empty where nothing is known. */
export function formatGains(report: BenchReport): string {
  const at = (
    row: BenchRow,
    engine: ColumnKey['engine'],
    threads: number,
    mode: ColumnKey['mode'] = 'eager',
  ) => resultAt(report, row, { engine, threads, mode })?.ms;
  const counts = columnsOf(report)
    .filter(({ mode }) => mode === 'captured')
    .map(({ threads }) => threads);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const threadsOf = (count: number) => (count === 1 ? '1 thread' : `${count} threads`);
  const own = (row: BenchRow, threads: number) => at(row, 'kallima', threads, 'captured');
  const kinds: [string, (row: BenchRow) => number | undefined, (row: BenchRow) => number | undefined][] = [
    [
      `${threadsOf(most)} over ${threadsOf(fewest)}`,
      (row) => (most > fewest ? own(row, fewest) : undefined),
      (row) => own(row, most),
    ],
    ...[...new Set([fewest, most])].flatMap((count): typeof kinds => [
      [`over eager, ${threadsOf(count)}`, (row) => at(row, 'kallima', count), (row) => own(row, count)],
      [
        `over onnxruntime-web, ${threadsOf(count)}`,
        (row) => at(row, 'onnxruntime-web', count),
        (row) => own(row, count),
      ],
    ]),
    ['over TF.js wasm, 1 thread', (row) => at(row, 'wasm', 1), (row) => own(row, 1)],
  ];
  const cells = kinds.map(([title, theirs, ours]) => {
    const column = report.rows.map((row) => {
      const [before, after] = [theirs(row), ours(row)];
      return before === undefined || after === undefined ? '' : `${(before / after).toPrecision(2)}×`;
    });
    return { title, column };
  });
  const shown = cells.filter(({ column }) => column.some((cell) => cell !== ''));
  if (shown.length === 0) return '';
  const rows = report.rows.map(({ name }, i) => [`\`${name}\``, ...shown.map(({ column }) => column[i]!)]);
  return table(['captured', ...shown.map(({ title }) => title)], rows);
}
