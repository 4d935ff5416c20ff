import { ArgumentError } from '../src/index';
import { columnsOf, columnTitle, formatMs, resultAt, sameColumn } from './columns';
import type { BenchReport, BenchResult, BenchRow, ColumnKey } from './result';

const WIDTH = 960;
const LABELS = 274;
const VALUES = 130;
const PLOT = WIDTH - LABELS - VALUES;
const BAR = 14;
const GAP = 18;
const LEGEND_LINE = 22;
const LEGEND_COLUMNS = 3;

const DARK = '#1f2933';
const PALE = '#616e7c';
const RULE = '#d9dee3';

/** Darker on one thread, lighter on more; eager paler than captured. */
const COLOURS: Readonly<Record<string, readonly [string, string]>> = {
  'kallima captured': ['#0b6e4f', '#2fa37c'],
  'kallima eager': ['#9ccfb8', '#c4e3d5'],
  'pytorch eager': ['#c8553d', '#e39a86'],
  'onnxruntime-web eager': ['#3b5b92', '#8aa4d0'],
  'wasm eager': ['#8a63a8', '#8a63a8'],
  'cpu eager': ['#9aa5b1', '#9aa5b1'],
  'webgpu eager': ['#b8912b', '#b8912b'],
};

const colourOf = ({ engine, threads, mode }: ColumnKey): string =>
  COLOURS[`${engine} ${mode}`]![threads === 1 ? 0 : 1];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char]!);

interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function label(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { size = 12, weight = 400, fill = DARK, anchor = 'start' } = style;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}" paint-order="stroke" stroke="#ffffff" stroke-width="3">${escapeText(text)}</text>`;
}

function box(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

function line(x: number, from: number, to: number, stroke: string, dash = ''): string {
  return `<line x1="${x}" x2="${x}" y1="${from}" y2="${to}" stroke="${stroke}"${dash && ` stroke-dasharray="${dash}"`}/>`;
}

/** What everything is measured against: PyTorch on one thread, or the first of the columns with most rows. */
function referenceOf({ results }: BenchReport, columns: readonly ColumnKey[]): ColumnKey {
  const pytorch = columns.find(({ engine, threads }) => engine === 'pytorch' && threads === 1);
  if (pytorch) return pytorch;
  const rowsOf = (column: ColumnKey) => results.filter((result) => sameColumn(result, column)).length;
  return columns.reduce((best, column) => (rowsOf(column) > rowsOf(best) ? column : best));
}

interface Bar {
  readonly result: BenchResult;
  /** Times the reference's speed. */
  readonly speed: number;
}

interface Group {
  readonly row: BenchRow;
  readonly bars: readonly Bar[];
}

function groupsOf(report: BenchReport, columns: readonly ColumnKey[], reference: ColumnKey): Group[] {
  return report.rows.flatMap((row) => {
    const base = resultAt(report, row, reference);
    if (!base) return [];
    const results = columns.map((column) => resultAt(report, row, column)).filter((result) => !!result);
    return [{ row, bars: results.map((result) => ({ result, speed: base.ms / result.ms })) }];
  });
}

/** A round distance of about six ticks. */
function tickStep(maximum: number): number {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
  return steps.find((step) => maximum / step <= 7) ?? maximum;
}

/**
 * A bar chart as SVG: for each row, every column's speed as a multiple of PyTorch's on one thread (or, without it,
 * of the fullest column's), with its milliseconds. Rows that the reference lacks are left out.
 *
 * @throws {ArgumentError} if no row was timed.
 */
export function chartSvg(report: BenchReport): string {
  const columns = columnsOf(report);
  if (columns.length === 0) throw new ArgumentError('chart: rows must have been timed, got none');
  const reference = referenceOf(report, columns);
  const groups = groupsOf(report, columns, reference);
  const longest = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ speed }) => speed)));
  const step = tickStep(longest);
  const end = Math.ceil(longest / step) * step;
  const xOf = (speed: number) => LABELS + (speed / end) * PLOT;

  const legendTop = 72;
  const legendLines = Math.ceil(columns.length / LEGEND_COLUMNS);
  const top = legendTop + legendLines * LEGEND_LINE + 34;
  const parts: string[] = [];
  let y = top;
  for (const { row, bars } of groups) {
    parts.push(label(16, y + 11, row.name, { size: 13, weight: 600 }));
    const batch = row.batch === undefined ? '' : `batch ${row.batch}, `;
    const size = `${batch}${(row.flops / 1e9).toPrecision(3)} GFLOP`;
    parts.push(label(16, y + 27, row.title, { size: 11, fill: PALE }));
    parts.push(label(16, y + 42, size, { size: 11, fill: PALE }));
    for (const { result, speed } of bars) {
      const x = xOf(speed);
      parts.push(box(LABELS, y, Math.max(1, x - LABELS), BAR - 2, colourOf(result)));
      const times = speed >= 10 ? speed.toFixed(0) : speed.toPrecision(2);
      parts.push(label(x + 5, y + 10, `${formatMs(result.ms)} ms, ${times}×`, { size: 10.5 }));
      y += BAR;
    }
    // Three lines of text stand beside the bars, be they few.
    y += Math.max(0, 3 - bars.length) * BAR + GAP;
  }
  const bottom = y - GAP + 6;

  const grid: string[] = [];
  for (let tick = 0; tick <= end + step / 2; tick += step) {
    const x = xOf(tick);
    grid.push(line(x, top - 8, bottom, RULE));
    grid.push(label(x, top - 14, `${Number(tick.toFixed(1))}×`, { size: 11, fill: PALE, anchor: 'middle' }));
  }
  grid.push(line(xOf(1), top - 8, bottom, PALE, '3 3'));

  const legend = columns.flatMap((column, i) => {
    const x = 16 + (i % LEGEND_COLUMNS) * 300;
    const at = legendTop + Math.floor(i / LEGEND_COLUMNS) * LEGEND_LINE;
    return [box(x, at, 14, 12, colourOf(column)), label(x + 20, at + 10, columnTitle(column))];
  });
  const { machine, peakGflops } = report;
  const height = bottom + 20;
  const title = `Speed against ${columnTitle(reference)} (= 1×): longer is faster`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif">`,
    `<title>${escapeText(title)}</title>`,
    box(0, 0, WIDTH, height, '#ffffff'),
    label(16, 30, title, { size: 18, weight: 600 }),
    label(
      16,
      52,
      `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; one thread's multiply-add peak ${peakGflops.toFixed(1)} GFLOP/s; medians`,
      { fill: PALE },
    ),
    ...legend,
    ...grid,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
