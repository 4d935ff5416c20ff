import { formatReport, runBench } from '../../bench/index';
import type { BackendName } from '../backend';
import { writeFileAtomic } from '../util/files';

export interface BenchOptions {
  readonly only?: readonly string[];
  readonly backends?: readonly BackendName[];
  readonly threads?: number;
  /** A file for the report. */
  readonly json?: string;
}

/** `kallima bench`: times the reference workloads, with the machine's own peak taken in the same run. */
export async function bench({ only, backends, threads, json }: BenchOptions): Promise<void> {
  const onRow = (name: string, backend: string): void => {
    // To the terminal, not into the table that a pipe takes.
    if (process.stderr.isTTY) process.stderr.write(`${name} on ${backend} …\n`);
  };
  const report = await runBench({ only, backends, threads, onRow });
  if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${formatReport(report)}\n`);
}
