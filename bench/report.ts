import type { BenchReport } from './result';

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The report as Markdown: the machine, a table of rows, a table of what memory bounds. */
export function formatReport(report: BenchReport): string {
  const { machine, results, elementwise } = report;
  const parts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}, kallima ${machine.kallima}. ` +
      `One thread's multiply-add peak ${report.peakGflops.toFixed(1)} GFLOP/s, copy ${report.copyGBps.toFixed(1)} GB/s.`,
  ];
  if (results.length > 0) {
    const rows = results.map((row) => [
      row.name,
      row.backend,
      String(row.threads),
      row.ms.toFixed(1),
      `${row.minMs.toFixed(1)} – ${row.maxMs.toFixed(1)}`,
      row.gflops.toFixed(1),
      percent(row.ofPeak),
    ]);
    parts.push(table(['row', 'backend', 'threads', 'ms', 'min – max', 'GFLOP/s', 'of peak'], rows));
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
  return parts.join('\n\n');
}
