import { ALIGNMENT } from '../../assembly/abi/record';
import type { Stage } from './schedule';
import type { Operand, TraceBuffer } from './trace';

/** Where the buffers of a program lie in its one block of memory. */
export interface MemoryPlan {
  /** Byte offsets in the block, of every buffer but state. */
  readonly offsets: ReadonlyMap<TraceBuffer, number>;
  /** Size of the block. */
  readonly bytes: number;
  /** What the buffers would take if none were reused. */
  readonly bytesNaive: number;
}

interface Life {
  readonly buffer: TraceBuffer;
  readonly bytes: number;
  /** First and last stage that touch it. */
  readonly from: number;
  to: number;
}

/**
 * Gives every buffer a place, so that buffers which live at the same time do not overlap: the largest first, each in
 * the lowest gap that holds it. A temporary lives from the first stage that touches it to the last; outputs to the
 * end; inputs and constants always, since their values are written before; and so what the first `prelude` stages
 * leave to later ones, since they are not run each time.
 *
 * @see Pisarchyk & Lee 2020, Efficient memory management for deep neural net inference, greedy by size,
 *   https://arxiv.org/abs/2001.03288
 */
export function planMemory(stages: readonly Stage[], outputs: readonly Operand[], prelude = 0): MemoryPlan {
  const lives = new Map<TraceBuffer, Life>();
  const touch = (buffer: TraceBuffer, stage: number) => {
    if (buffer.kind === 'state') return;
    const life = lives.get(buffer);
    if (life) {
      life.to = Math.max(life.to, life.from < prelude && stage >= prelude ? stages.length : stage);
      return;
    }
    const bytes = Math.max(1, Math.ceil(buffer.bytes / ALIGNMENT)) * ALIGNMENT;
    const temporary = buffer.kind === 'temporary';
    lives.set(buffer, { buffer, bytes, from: temporary ? stage : 0, to: temporary ? stage : stages.length });
  };
  for (const [i, { records }] of stages.entries()) {
    for (const { inputs, outputs: results } of records) {
      for (const { buffer } of results) touch(buffer, i);
      for (const { buffer } of inputs) touch(buffer, i);
    }
  }
  for (const { buffer } of outputs) touch(buffer, stages.length);

  const offsets = new Map<TraceBuffer, number>();
  const placed = new Placed(lives.size);
  for (const life of [...lives.values()].sort((a, b) => b.bytes - a.bytes)) {
    offsets.set(life.buffer, placed.place(life));
  }
  const bytesNaive = [...lives.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { offsets, bytes: placed.bytes, bytesNaive };
}

/** Buffers that have a place, in the order of their begins: columns of numbers, since each new one looks at all. */
class Placed {
  bytes = 0;
  private count = 0;
  private readonly begins: Float64Array;
  private readonly ends: Float64Array;
  private readonly froms: Int32Array;
  private readonly tos: Int32Array;

  constructor(most: number) {
    this.begins = new Float64Array(most);
    this.ends = new Float64Array(most);
    this.froms = new Int32Array(most);
    this.tos = new Int32Array(most);
  }

  /** Begin of the lowest gap where no buffer of an overlapping life lies; it is taken from now on. */
  place({ bytes, from, to }: Life): number {
    const { begins, ends, froms, tos, count } = this;
    let begin = 0;
    for (let i = 0; i < count; i++) {
      if (tos[i]! < from || froms[i]! > to || ends[i]! <= begin) continue;
      if (begins[i]! >= begin + bytes) break;
      begin = ends[i]!;
    }
    let at = 0;
    while (at < count && begins[at]! <= begin) at++;
    for (const column of [begins, ends, froms, tos]) column.copyWithin(at + 1, at, count);
    begins[at] = begin;
    ends[at] = begin + bytes;
    froms[at] = from;
    tos[at] = to;
    this.count += 1;
    this.bytes = Math.max(this.bytes, begin + bytes);
    return begin;
  }
}
