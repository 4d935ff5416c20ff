import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { chooseBackend } from '../src/index';
import { median } from './statistics';
import { table } from './table';
import { WORKLOADS } from './workloads/index';

/** How memory and speed develop over many replayed rounds of a small game. */
export interface SoakReport {
  readonly row: string;
  readonly rounds: number;
  readonly threads: number;
  /** Resident memory after a garbage collection, in 10⁶ bytes, at the start, and at the end of each tenth. */
  readonly residentMB: readonly number[];
  /** The part of it that is the process's own, without pages of files, which a system short of memory drops; Linux only. */
  readonly ownMB: readonly number[];
  /** What JavaScript's live objects and WebAssembly's memory take: V8's heaps shrink and grow by themselves, this does not. */
  readonly usedMB: readonly number[];
  /** Median milliseconds a round, in each tenth. */
  readonly ms: readonly number[];
}

export interface SoakOptions {
  /** Default 10 000. */
  readonly rounds?: number;
  readonly threads?: number;
  /** Rounds before any counts, in which updates are captured and heaps take their size; default 2000. */
  readonly warmUp?: number;
  readonly onTenth?: (tenth: number) => void;
}

const ROW = 'mlp2d-16';
const TENTHS = 10;
/** Plays many rounds, and watches memory and speed. */
export async function soak(options: SoakOptions = {}): Promise<SoakReport> {
  const { rounds = 10_000, threads = 1, warmUp = 2000, onTenth = () => {} } = options;
  await chooseBackend({ backend: 'kallima', threads });
  const workload = WORKLOADS.find(({ name }) => name === ROW)!;
  const game = await workload.prepare({ backend: 'kallima', threads, mode: 'captured' });
  const collect = garbageCollector();
  const residentMB: number[] = [];
  const ownMB: number[] = [];
  const usedMB: number[] = [];
  const look = (): void => {
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    residentMB.push(rss / 1e6);
    usedMB.push((heapUsed + external) / 1e6);
    const own = ownBytes();
    if (own !== undefined) ownMB.push(own / 1e6);
  };
  for (let i = 0; i < warmUp; i++) await game.run();
  look();
  const ms: number[] = [];
  for (let tenth = 1; tenth <= TENTHS; tenth++) {
    const times: number[] = [];
    for (let i = 0; i < rounds / TENTHS; i++) {
      const start = performance.now();
      await game.run();
      times.push(performance.now() - start);
    }
    ms.push(median(times));
    look();
    onTenth(tenth);
  }
  game.dispose();
  return { row: ROW, rounds, threads, residentMB, ownMB, usedMB, ms };
}

/** V8's own, which a flag uncovers for contexts that are made after it was set. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** Resident bytes that no file stands behind. */
function ownBytes(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

const signed = (change: number): string => `${change >= 0 ? '+' : '−'}${Math.abs(100 * change).toFixed(1)} %`;

/** The last against the first, as a relative change. */
export const changeOf = (values: readonly number[]): number => values.at(-1)! / values[0]! - 1;

/** What a soak saw, in Markdown. */
export function formatSoak({ row, rounds, threads, residentMB, ownMB, usedMB, ms }: SoakReport): string {
  const line = (title: string, values: readonly number[], digits: number): string[] => {
    if (values.length === 0) return [];
    const ends = [values[0]!, values.at(-1)!].map((value) => value.toFixed(digits));
    return [
      title,
      ...ends,
      signed(changeOf(values)),
      values.map((value) => value.toFixed(digits)).join(', '),
    ];
  };
  const lines = [
    line('resident memory, MB', residentMB, 1),
    line('of it without pages of files', ownMB, 1),
    line('in use, MB', usedMB, 1),
    line('ms a round, median of a tenth', ms, 3),
  ];
  return [
    `${rounds} replayed rounds of \`${row}\` on ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    '',
    table(
      ['', 'first', 'last', 'change', 'after each tenth'],
      lines.filter((cells) => cells.length > 0),
    ),
  ].join('\n');
}
