import { removeBackend } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExampleBatch, Game } from '../../src/games/game';
import { Trainer } from '../../src/train/trainer';
import { doom, END_AT_WORK, restoreWorkers } from '../support/doomed-workers';
import { IMAGE_GAMES, IMAGES } from './games';

afterEach(() => {
  restoreWorkers();
  removeBackend('kallima');
});

async function play(game: Game<ExampleBatch, string, string>, threads: number) {
  const warnings: string[] = [];
  const trainer = await Trainer.create(game, {
    data: IMAGES,
    batchSize: 16,
    seed: 5,
    backend: 'kallima',
    threads,
    onWarning: (message) => warnings.push(message),
  });
  for await (const _ of trainer.run({ rounds: 6 }));
  const bytes = Buffer.from(await trainer.toBytes());
  const programs = Object.keys(trainer.programs).length;
  trainer.dispose();
  return { bytes, warnings, programs };
}

describe('a worker that dies in the midst of training', () => {
  it('is told of; the update is played again by those left, to the same bits', async () => {
    const [, game] = IMAGE_GAMES[0]!;
    const expected = await play(game, 1);
    removeBackend('kallima');
    doom([1], END_AT_WORK);
    const found = await play(game, 2);
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings[0]).toMatch(/a worker was lost .*the update is played again, with 1 of 2 threads/);
    expect(found.programs).toBe(2);
    expect(found.bytes.equals(expected.bytes)).toBe(true);
  });
});
