import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { chooseBackend } from '../src/index';
import { median } from './statistics';
import { WORKLOADS } from './workloads/index';

/** How memory and speed develop over many replayed rounds of a small game. */
export interface SoakReport {
  readonly row: string;
  readonly rounds: number;
  readonly threads: number;
  /** Resident memory after a garbage collection, in 10⁶ bytes, at the start, and at the end of each tenth. */
  readonly residentMB: readonly number[];
  /** Median milliseconds a round, in each tenth. */
  readonly ms: readonly number[];
}

export interface SoakOptions {
  /** Default 10 000. */
  readonly rounds?: number;
  readonly threads?: number;
  /** Rounds before any counts, in which updates are captured and heaps take their size; default 500. */
  readonly warmUp?: number;
  readonly onTenth?: (tenth: number) => void;
}

const ROW = 'mlp2d-16';
const TENTHS = 10;
/** Plays many rounds, and watches memory and speed. */
export async function soak(options: SoakOptions = {}): Promise<SoakReport> {
  const { rounds = 10_000, threads = 1, warmUp = 500, onTenth = () => {} } = options;
  await chooseBackend({ backend: 'kallima', threads });
  const workload = WORKLOADS.find(({ name }) => name === ROW)!;
  const game = await workload.prepare({ backend: 'kallima', threads, mode: 'captured' });
  const collect = garbageCollector();
  const resident = (): number => {
    collect();
    return process.memoryUsage.rss() / 1e6;
  };
  for (let i = 0; i < warmUp; i++) await game.run();
  const residentMB = [resident()];
  const ms: number[] = [];
  for (let tenth = 1; tenth <= TENTHS; tenth++) {
    const times: number[] = [];
    for (let i = 0; i < rounds / TENTHS; i++) {
      const start = performance.now();
      await game.run();
      times.push(performance.now() - start);
    }
    ms.push(median(times));
    residentMB.push(resident());
    onTenth(tenth);
  }
  game.dispose();
  return { row: ROW, rounds, threads, residentMB, ms };
}

/** V8's own, which a flag uncovers for contexts that are made after it was set. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

const signed = (change: number): string => `${change >= 0 ? '+' : '−'}${Math.abs(100 * change).toFixed(1)} %`;

/** The last against the first, as a relative change. */
export const changeOf = (values: readonly number[]): number => values.at(-1)! / values[0]! - 1;

/** What a soak saw, in Markdown. */
export function formatSoak({ row, rounds, threads, residentMB, ms }: SoakReport): string {
  const series = (values: readonly number[], digits: number) =>
    values.map((value) => value.toFixed(digits)).join(', ');
  return [
    `${rounds} replayed rounds of \`${row}\` on ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    '',
    '| | first | last | change |',
    '| --- | --: | --: | --: |',
    `| resident memory, MB | ${residentMB[0]!.toFixed(1)} | ${residentMB.at(-1)!.toFixed(1)} | ${signed(changeOf(residentMB))} |`,
    `| ms a round, median of a tenth | ${ms[0]!.toFixed(3)} | ${ms.at(-1)!.toFixed(3)} | ${signed(changeOf(ms))} |`,
    '',
    `Memory after each tenth: ${series(residentMB, 1)}. Medians: ${series(ms, 3)}.`,
  ].join('\n');
}
