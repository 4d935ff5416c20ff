import type { BenchReport, BenchResult, BenchRow, ColumnKey } from './result';

const TITLES = {
  kallima: 'kallima',
  generator: 'kallima/generator',
  cpu: 'TF.js cpu',
  wasm: 'TF.js wasm',
  webgpu: 'TF.js WebGPU',
  'onnxruntime-web': 'onnxruntime-web',
  pytorch: 'PyTorch',
} as const;

/** An engine's name as people know it. */
export const engineTitle = (engine: ColumnKey['engine']): string => TITLES[engine];

/** Three significant digits, thousands apart. */
export function formatMs(ms: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(ms)));
  if (ms < 1000) return ms.toFixed(digits);
  return Math.round(ms)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

export const sameColumn = (a: ColumnKey, b: ColumnKey): boolean =>
  a.engine === b.engine && a.threads === b.threads && a.mode === b.mode;

/** The engine's name, threads and mode where it has a choice of them. */
export function columnTitle({ engine, threads, mode }: ColumnKey): string {
  const counted = engine === 'kallima' || engine === 'pytorch' || engine === 'onnxruntime-web';
  const parts: string[] = [TITLES[engine]];
  if (counted) parts.push(threads === 1 ? '1 thread' : `${threads} threads`);
  if (engine === 'kallima') parts.push(mode);
  return parts.join(', ');
}

/** The columns in the order of the table: `kallima`'s captured before eager, PyTorch, the others. */
export function columnsOf({ results, gaps }: BenchReport): ColumnKey[] {
  const columns: ColumnKey[] = [];
  for (const { engine, threads, mode } of [...results, ...gaps]) {
    const column = { engine, threads, mode };
    if (!columns.some((known) => sameColumn(known, column))) columns.push(column);
  }
  const rank = ({ engine, threads, mode }: ColumnKey): number =>
    (engine === 'kallima' ? (mode === 'captured' ? 0 : 1000) : engine === 'pytorch' ? 2000 : 3000) + threads;
  return columns.sort((a, b) => rank(a) - rank(b));
}

export const resultAt = (
  { results }: BenchReport,
  { name }: BenchRow,
  column: ColumnKey,
): BenchResult | undefined => results.find((result) => result.name === name && sameColumn(result, column));
