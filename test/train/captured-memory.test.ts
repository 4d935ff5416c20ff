import { removeBackend, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../../src/errors';
import { Trainer } from '../../src/train/trainer';
import { POINTS } from './games';
import { tinyGame } from './tiny-game';

const LIMIT = 16 * 2 ** 20;
/** Room for any one buffer of an update played op by op, not for a program's. */
const HOLE_BYTES = 500_000;

afterEach(() => {
  removeBackend('kallima');
});

/** Takes all memory, and gives back every second piece. */
function leaveHoles(): Tensor[] {
  const pieces: Tensor[] = [];
  try {
    for (;;) pieces.push(zeros([HOLE_BYTES / 4]));
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
  }
  return pieces.filter((piece, i) => {
    if (i % 2 === 0) piece.dispose();
    return i % 2 === 1;
  });
}

async function play(crowded: boolean) {
  const warnings: string[] = [];
  const trainer = await Trainer.create(tinyGame({ width: 64 }), {
    data: POINTS,
    batchSize: 512,
    backend: 'kallima',
    threads: 1,
    maximumBytes: LIMIT,
    onWarning: (message) => warnings.push(message),
  });
  const kept = crowded ? leaveHoles() : [];
  for await (const _ of trainer.run({ rounds: 5 }));
  for (const piece of kept) piece.dispose();
  const { programs } = trainer;
  const bytes = Buffer.from(await trainer.toBytes());
  trainer.dispose();
  return { bytes, warnings, programs };
}

describe('a program that memory cannot grow to', () => {
  it('is done without, with a warning, and with the same results', async () => {
    const free = await play(false);
    expect(free.warnings).toEqual([]);
    for (const { bytesPlanned } of Object.values(free.programs)) {
      expect(bytesPlanned).toBeGreaterThan(HOLE_BYTES);
    }
    const crowded = await play(true);
    expect(crowded.programs).toEqual({});
    expect(crowded.warnings).toHaveLength(2);
    expect(crowded.warnings[0]).toMatch(
      /^Trainer: critic's update: .* bytes must fit in the wasm memory, .* It is played op by op from now on: slower, with the same results/,
    );
    expect(crowded.bytes.equals(free.bytes)).toBe(true);
  });
});
