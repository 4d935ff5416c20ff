import {
  type BenchEngine,
  chartSvg,
  columnTitle,
  formatPasses,
  formatReport,
  formatSoak,
  measurePasses,
  parseNative,
  runBench,
  soak,
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
  /** Time each pass of captured programs, instead of the rows. */
  readonly passes?: boolean;
  /** Play so many rounds of a small game, instead of the rows. */
  readonly soak?: number;
}

const PASSES_ROW = 'dcgan28';

/** `kallima bench`: times the reference workloads, with the machine's own peak taken in the same run. */
export async function bench(options: BenchOptions): Promise<void> {
  const { json, passes, soak: rounds, threads: [first] = [1] } = options;
  if (rounds !== undefined) {
    const report = await soak({
      rounds,
      threads: first,
      onTenth: (tenth) => progress(`${tenth * 10} % of the rounds`),
    });
    await print(formatSoak(report), report, json);
  } else if (passes) {
    const results = await measurePasses({
      row: PASSES_ROW,
      threads: first,
      onPass: (name) => progress(`${PASSES_ROW} without ${name}`),
    });
    await print(formatPasses(PASSES_ROW, results), results, json);
  } else {
    await rows(options);
  }
}

async function rows({ only, backends, threads, json, svg, native }: BenchOptions): Promise<void> {
  const times =
    native === undefined ? undefined : parseNative(new TextDecoder().decode(await readFileBytes(native)));
  const report = await runBench({
    only,
    engines: backends,
    threads,
    native: times,
    onRow: (name, column) => progress(`${name} on ${columnTitle(column)}`),
  });
  await print(formatReport(report), report, json);
  if (svg !== undefined) await writeFileAtomic(svg, chartSvg(report));
}

/** Not into the table that a pipe takes. */
function progress(text: string): void {
  process.stderr.write(`${text} …\n`);
}

/** The table first, lest minutes of work be lost to a folder that is not there. */
async function print(text: string, report: object, json: string | undefined): Promise<void> {
  process.stdout.write(`${text}\n`);
  if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(report, null, 2)}\n`);
}
