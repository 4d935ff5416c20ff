import {
  type BenchEngine,
  chartSvg,
  columnTitle,
  formatReport,
  parseNative,
  runBench,
} from '../../bench/index';
import { readFileBytes, writeFileAtomic } from '../util/files';

export interface BenchOptions {
  readonly only?: readonly string[];
  readonly backends?: readonly BenchEngine[];
  readonly threads?: readonly number[];
  /** A file for the report. */
  readonly json?: string;
  /** A file for the chart. */
  readonly svg?: string;
  /** What `npm run bench:native` printed. */
  readonly native?: string;
}

/** `kallima bench`: times the reference workloads, with the machine's own peak taken in the same run. */
export async function bench({ only, backends, threads, json, svg, native }: BenchOptions): Promise<void> {
  const times =
    native === undefined ? undefined : parseNative(new TextDecoder().decode(await readFileBytes(native)));
  const report = await runBench({
    only,
    engines: backends,
    threads,
    native: times,
    // Not into the table that a pipe takes.
    onRow: (name, column) => void process.stderr.write(`${name} on ${columnTitle(column)} …\n`),
  });
  // First of all, lest minutes of work be lost to a folder that is not there.
  process.stdout.write(`${formatReport(report)}\n`);
  if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(report, null, 2)}\n`);
  if (svg !== undefined) await writeFileAtomic(svg, chartSvg(report));
}
