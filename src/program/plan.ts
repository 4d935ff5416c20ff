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
  const placed: { life: Life; begin: number; end: number }[] = [];
  let total = 0;
  for (const life of [...lives.values()].sort((a, b) => b.bytes - a.bytes)) {
    let begin = 0;
    // `placed` is in the order of begin, so the first gap is the lowest.
    for (const other of placed) {
      if (other.life.to < life.from || other.life.from > life.to || other.end <= begin) continue;
      if (other.begin >= begin + life.bytes) break;
      begin = other.end;
    }
    const end = begin + life.bytes;
    const at = placed.findIndex((other) => other.begin > begin);
    placed.splice(at === -1 ? placed.length : at, 0, { life, begin, end });
    offsets.set(life.buffer, begin);
    total = Math.max(total, end);
  }
  const bytesNaive = [...lives.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { offsets, bytes: total, bytesNaive };
}
