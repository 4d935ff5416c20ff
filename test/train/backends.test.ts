import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from '../../src/data/source';
import type { ExampleBatch, Game } from '../../src/games/game';
import { Trainer } from '../../src/train/trainer';
import { IMAGE_GAMES, IMAGES, POINT_GAMES, POINTS } from './games';

const ROUNDS = 3;
const TOLERANCE = 1e-3;
const OTHERS = ['kallima', 'wasm'] as const;

/** Every loss of a few rounds, and samples of the averaged weights after them. */
async function play(
  game: Game<ExampleBatch, string, string>,
  data: DataSource<'x'>,
  backend: 'cpu' | (typeof OTHERS)[number],
): Promise<number[]> {
  const trainer = await Trainer.create(game, { data, batchSize: 8, seed: 3, backend });
  const numbers: number[] = [];
  let tensors = 0;
  for await (const { losses, round } of trainer.run({ rounds: ROUNDS })) {
    numbers.push(...Object.values(losses));
    // Nothing that a round made is left when the next has been played.
    if (round > 1) expect(memory().numTensors).toBe(tensors);
    tensors = memory().numTensors;
  }
  const samples = await trainer.sample(2);
  numbers.push(...(await samples.data()));
  samples.dispose();
  trainer.dispose();
  return numbers;
}

describe.each([
  ...POINT_GAMES.map(([name, game]) => ({ name: `${name} on points`, game, data: POINTS })),
  ...IMAGE_GAMES.map(([name, game]) => ({ name: `${name} on images`, game, data: IMAGES })),
])('$name', ({ game, data }) => {
  let expected: number[] = [];
  beforeAll(async () => {
    expected = await play(game, data, 'cpu');
  });

  it.each(OTHERS)('has the losses and samples of cpu on %s', async (backend) => {
    const found = await play(game, data, backend);
    expect(found).toHaveLength(expected.length);
    const worst = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
    expect(worst).toBeLessThan(TOLERANCE);
  });
});
