import { columnsOf, columnTitle, formatMs, resultAt } from './columns';
import { formatGains } from './gains';
import type { PassResult } from './passes';
import type { BenchReport, BenchResult, BenchRow, ColumnKey } from './result';
import { table } from './table';

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** PyTorch's time on as many threads, or on one for what has only one. */
const peerOf = (report: BenchReport, row: BenchRow, { threads }: ColumnKey): BenchResult | undefined =>
  resultAt(report, row, { engine: 'pytorch', threads, mode: 'eager' });

function comparison(report: BenchReport): string {
  const columns = columnsOf(report);
  const cell = (row: BenchRow, column: ColumnKey): string => {
    const result = resultAt(report, row, column);
    if (!result) return 'n/a';
    const mark = result.samples < 3 ? '\\*' : '';
    const peer = column.engine === 'pytorch' ? undefined : peerOf(report, row, column);
    const ratio = peer ? ` (${(peer.ms / result.ms).toPrecision(2)}×)` : '';
    return `${formatMs(result.ms)}${mark}${ratio}`;
  };
  const rows = report.rows.map((row) => [
    `\`${row.name}\``,
    (row.flops / 1e9).toPrecision(3),
    ...columns.map((column) => cell(row, column)),
  ]);
  return table(['ms, median', 'GFLOP', ...columns.map(columnTitle)], rows);
}

function notes(report: BenchReport): string {
  const lines: string[] = [];
  if (report.machine.pytorch !== undefined) {
    lines.push('In brackets: how many times as fast as PyTorch on as many threads.');
  }
  if (report.results.some(({ samples }) => samples < 3)) {
    lines.push('\\* a single repetition, since it takes more than 20 s.');
  }
  const reasons = new Map<string, Set<string>>();
  for (const { name, reason } of report.gaps) {
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(name));
  }
  for (const [reason, names] of reasons) lines.push(`n/a: ${reason} (${[...names].join(', ')}).`);
  return lines.join('\n\n');
}

function details(report: BenchReport): string {
  const rows = report.rows.flatMap((row) =>
    columnsOf(report).flatMap((column) => {
      const result = resultAt(report, row, column);
      if (!result) return [];
      const { ms, minMs, maxMs, samples, gflops, ofPeak, outsideKernels } = result;
      return [
        [
          `\`${row.name}\``,
          columnTitle(column),
          formatMs(ms),
          `${formatMs(minMs)} – ${formatMs(maxMs)}`,
          String(samples),
          gflops.toFixed(1),
          percent(ofPeak),
          outsideKernels === undefined ? '' : percent(outsideKernels),
        ],
      ];
    }),
  );
  const head = ['row', 'on', 'ms', 'min – max', 'samples', 'GFLOP/s', 'of peak', 'outside kernels'];
  return table(head, rows, 2);
}

/**
 * The report as Markdown: the machine; rows by columns in milliseconds; what captured programs gain over other ways;
 * every measurement with its least and greatest; a table of what memory bounds.
 */
export function formatReport(report: BenchReport): string {
  const { machine, elementwise } = report;
  const versions = [`Node ${machine.node}`, `kallima ${machine.kallima}`];
  if (machine.pytorch !== undefined) versions.push(`PyTorch ${machine.pytorch}`);
  const parts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}; ${versions.join(', ')}. ` +
      `One thread's multiply-add peak ${report.peakGflops.toFixed(1)} GFLOP/s, copy ${report.copyGBps.toFixed(1)} GB/s.`,
  ];
  if (report.results.length > 0 || report.gaps.length > 0) {
    parts.push(comparison(report), notes(report), formatGains(report), details(report));
  }
  if (elementwise.length > 0) {
    const rows = elementwise.map(({ name, ms, gbps, ofCopy }) => [
      name,
      ms.toFixed(2),
      gbps.toFixed(1),
      percent(ofCopy),
    ]);
    parts.push(table(['kernel', 'ms', 'GB/s', 'of copy'], rows));
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A line for each pass over the records of captured updates. */
export function formatPasses(row: string, results: readonly PassResult[]): string {
  const rows = results.map(({ without, ms, ratio }) => [
    without === 'none' ? 'nothing' : `\`${without}\``,
    formatMs(ms),
    without === 'none' ? '' : `${ratio.toFixed(3)}×`,
  ]);
  return table([`\`${row}\` without`, 'ms, median', 'time, against all passes'], rows);
}
