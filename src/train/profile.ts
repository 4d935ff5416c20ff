import type { Peaks } from '../backend/peaks';
import type { RecordTime } from '../program/profile';

/** One update of a profiled round. */
export interface ProfiledUpdate {
  readonly player: string;
  /** Of the whole update, in milliseconds. */
  readonly ms: number;
  /** Its records; none where it was played op by op. */
  readonly times: readonly RecordTime[];
}

/** What a record costs: its runs in the round together. */
export interface RecordCost {
  readonly name: string;
  readonly count: number;
  readonly ms: number;
  /** Of all records' time. */
  readonly share: number;
  /** Effective: the direct method's operations over the time, 10⁹ a second; 0 where memory bounds it. */
  readonly gflops: number;
  /** Share of the multiply-add peak of as many threads, or where memory bounds it of the copy bandwidth. */
  readonly ofPeak: number;
}

/** Where the time of a round goes. */
export class Profile {
  /**
   * @param threads that computed.
   * @param peaks of one thread.
   */
  constructor(
    readonly updates: readonly ProfiledUpdate[],
    readonly threads: number,
    readonly peaks: Peaks,
  ) {}

  /** Milliseconds of all records together. */
  get kernelMs(): number {
    return sum(this.updates.flatMap(({ times }) => times.map(({ ms }) => ms)));
  }

  /** The dearest records, equal ones of a player taken together. */
  dearest(count = 10): RecordCost[] {
    const groups = new Map<string, RecordTime[]>();
    for (const { player, times } of this.updates) {
      for (const time of times) {
        const name = `${player}: ${time.name}`;
        groups.set(name, [...(groups.get(name) ?? []), time]);
      }
    }
    const all = this.kernelMs;
    const costs = [...groups].map(([name, times]): RecordCost => {
      const ms = sum(times.map((time) => time.ms));
      const flops = sum(times.map((time) => time.flops));
      const bytes = sum(times.map((time) => time.bytes));
      return { name, count: times.length, ms, share: ms / all, ...this.rate(flops, bytes, ms) };
    });
    return costs.sort((a, b) => b.ms - a.ms).slice(0, count);
  }

  /** The dearest records as lines of a table. */
  format(count = 10): string {
    const rows = this.dearest(count).map(({ name, count: runs, ms, share, gflops, ofPeak }) => [
      ms.toFixed(2),
      `${(100 * share).toFixed(1)} %`,
      String(runs),
      gflops > 0 ? `${gflops.toFixed(1)} GFLOP/s` : '',
      `${(100 * ofPeak).toFixed(0)} %`,
      name,
    ]);
    const table = [['ms', 'share', 'runs', 'rate', 'of peak', 'record'], ...rows];
    const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
    return table
      .map((row) => row.map((cell, i) => (i < 5 ? cell.padStart(widths[i]!) : cell)).join('  '))
      .join('\n');
  }

  /**
   * The round in Chrome's trace format, for https://ui.perfetto.dev or chrome://tracing: a track a player, an event a
   * record, named by kernel and shape, with its rate and its share of the peak.
   *
   * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format)
   */
  toChromeTrace(): string {
    const players = [...new Set(this.updates.map(({ player }) => player))];
    const names = players.map((player, i) => ({
      name: 'thread_name',
      ph: 'M',
      pid: 1,
      tid: i + 1,
      args: { name: player },
    }));
    const events = this.updates.flatMap(({ player, times }) =>
      times.map(({ name, flops, bytes, start, ms }) => {
        const { gflops, ofPeak } = this.rate(flops, bytes, ms);
        const args = flops > 0 ? { flops, gflops, ofPeak } : { bytes, gbps: bytes / ms / 1e6, ofPeak };
        const tid = players.indexOf(player) + 1;
        return { name, cat: 'kernel', ph: 'X', pid: 1, tid, ts: start * 1e3, dur: ms * 1e3, args };
      }),
    );
    const { threads, peaks } = this;
    return JSON.stringify({
      traceEvents: [...names, ...events],
      displayTimeUnit: 'ms',
      otherData: { threads, peakGflops: peaks.gflops, copyGBps: peaks.copyGBps },
    });
  }

  private rate(flops: number, bytes: number, ms: number): { gflops: number; ofPeak: number } {
    if (ms === 0) return { gflops: 0, ofPeak: 0 };
    const gflops = flops / ms / 1e6;
    if (flops > 0) return { gflops, ofPeak: gflops / (this.peaks.gflops * this.threads) };
    return { gflops: 0, ofPeak: bytes / ms / 1e6 / this.peaks.copyGBps };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
