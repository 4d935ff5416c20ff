import { expect } from 'vitest';
import type { DataSource } from '../../src/data/source';
import type { Batch, Game } from '../../src/games/game';
import type { SampleOptions } from '../../src/train/options';
import { Trainer } from '../../src/train/trainer';

type AnyGame = Game<Batch, string, string>;
type Given = SampleOptions['given'];

/** Losses of rounds, and the whole state after them. */
async function play(game: AnyGame, data: DataSource, rounds: number, capture: boolean) {
  const warnings: string[] = [];
  const trainer = await Trainer.create(game, {
    data,
    batchSize: 8,
    seed: 3,
    backend: 'kallima',
    capture,
    onWarning: (message) => warnings.push(message),
  });
  const losses: number[] = [];
  for await (const report of trainer.run({ rounds })) losses.push(...Object.values(report.losses));
  const { programs } = trainer;
  const bytes = await trainer.toBytes();
  trainer.dispose();
  return { losses, bytes, warnings, programs: Object.keys(programs).sort() };
}

/** Plays with and without capture: the same to the bit, every player's update a program. */
export async function expectReplayed(game: AnyGame, data: DataSource, rounds = 10): Promise<void> {
  const eager = await play(game, data, rounds, false);
  const captured = await play(game, data, rounds, true);
  expect(captured.warnings).toEqual([]);
  expect(captured.losses.every(Number.isFinite)).toBe(true);
  expect(captured.losses).toEqual(eager.losses);
  expect(Buffer.from(captured.bytes).equals(Buffer.from(eager.bytes))).toBe(true);
  const players = Object.keys(game.players).filter((player) => game.players[player]!.updates > 0);
  expect(captured.programs).toEqual(players.sort());
}

const BACKENDS = ['cpu', 'kallima', 'wasm'] as const;

/** Losses of a few rounds and samples after them, on one backend. */
async function numbersOn(
  backend: (typeof BACKENDS)[number],
  game: AnyGame,
  data: DataSource,
  given: Given,
): Promise<number[]> {
  const trainer = await Trainer.create(game, { data, batchSize: 8, seed: 3, backend });
  const numbers: number[] = [];
  for await (const { losses } of trainer.run({ rounds: 3 })) numbers.push(...Object.values(losses));
  for (const direction of Object.keys(game.directions)) {
    const samples = await trainer.sample(2, { direction, given });
    numbers.push(...(await samples.data()));
    samples.dispose();
  }
  trainer.dispose();
  return numbers;
}

/** Plays on every backend: losses and samples of the averaged weights differ by rounding alone. */
export async function expectSameOnBackends(game: AnyGame, data: DataSource, given: Given): Promise<void> {
  const found: number[][] = [];
  for (const backend of BACKENDS) found.push(await numbersOn(backend, game, data, given));
  for (const numbers of found) {
    expect(numbers).toHaveLength(found[0]!.length);
    const worst = Math.max(...numbers.map((value, i) => Math.abs(value - found[0]![i]!)));
    expect(worst).toBeLessThan(1e-3);
  }
}
