import { columnsOf, resultAt } from './columns';
import type { BenchReport, BenchRow, EngineName } from './result';
import { table } from './table';

/** A captured program against something else that does the same. */
interface Gain {
  readonly title: string;
  /** Milliseconds, where they are known. */
  other(row: BenchRow): number | undefined;
  captured(row: BenchRow): number | undefined;
}

const threadsOf = (count: number) => (count === 1 ? '1 thread' : `${count} threads`);

function gainsOf(report: BenchReport): Gain[] {
  const captured = (threads: number) => (row: BenchRow) =>
    resultAt(report, row, { engine: 'kallima', threads, mode: 'captured' })?.ms;
  const eager = (engine: EngineName, threads: number) => (row: BenchRow) =>
    resultAt(report, row, { engine, threads, mode: 'eager' })?.ms;
  const columns = columnsOf(report).filter(({ mode }) => mode === 'captured');
  const counts = columns.map(({ threads }) => threads);
  const [fewest, ...more] = counts;
  if (fewest === undefined) return [];
  return [
    ...more.map((count) => ({
      title: `${threadsOf(count)} over ${threadsOf(fewest)}`,
      other: captured(fewest),
      captured: captured(count),
    })),
    ...(['kallima', 'onnxruntime-web', 'wasm'] as const).flatMap((engine) =>
      counts.map((count) => ({
        title: `over ${OTHERS[engine]}, ${threadsOf(count)}`,
        other: eager(engine, count),
        captured: captured(count),
      })),
    ),
  ];
}

const OTHERS = { kallima: 'eager', 'onnxruntime-web': 'onnxruntime-web', wasm: 'TF.js wasm' } as const;

/**
 * How many times as fast captured programs are as on fewer threads, as the same op by op, and as other engines; a table,
 * or nothing where nothing is known.
 */
export function formatGains(report: BenchReport): string {
  const columns = gainsOf(report).map(({ title, other, captured }) => {
    const cells = report.rows.map((row) => {
      const [before, after] = [other(row), captured(row)];
      return before === undefined || after === undefined ? '' : `${(before / after).toPrecision(2)}×`;
    });
    return { title, cells };
  });
  const known = columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (known.length === 0) return '';
  const rows = report.rows.map(({ name }, i) => [`\`${name}\``, ...known.map(({ cells }) => cells[i]!)]);
  return table(['captured', ...known.map(({ title }) => title)], rows);
}
