import {
  add,
  LRN,
  localResponseNormalization,
  memory,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import type { ExampleBatch, Game, Play } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { leakyRelu } from '../../src/layers/activations';
import { sequential } from '../../src/layers/compose';
import { dense } from '../../src/layers/dense';
import { spectralNorm } from '../../src/layers/spectral-norm';
import { mlp } from '../../src/models/mlp';
import type { TrainerOptions } from '../../src/train/options';
import { Trainer } from '../../src/train/trainer';
import { IMAGE_GAMES, IMAGES, POINT_GAMES, POINTS } from './games';
import { tinyGame } from './tiny-game';

type AnyGame = Game<ExampleBatch, string, string>;
type Options = Partial<TrainerOptions<ExampleBatch, string>>;

/** Losses of rounds, and the whole state after them. */
async function play(game: AnyGame, rounds: number, options: Options) {
  const warnings: string[] = [];
  const trainer = await Trainer.create(game, {
    data: POINTS,
    batchSize: 8,
    seed: 3,
    backend: 'kallima',
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  const losses: number[] = [];
  for await (const report of trainer.run({ rounds })) losses.push(...Object.values(report.losses));
  const { programs } = trainer;
  const bytes = await trainer.toBytes();
  trainer.dispose();
  return { losses, bytes, warnings, programs };
}

/** Plays with and without capture: the same to the bit. */
async function playBoth(game: AnyGame, rounds: number, options: Options = {}) {
  const eager = await play(game, rounds, { ...options, capture: false });
  const captured = await play(game, rounds, options);
  expect(captured.losses).toEqual(eager.losses);
  expect(Buffer.from(captured.bytes).equals(Buffer.from(eager.bytes))).toBe(true);
  expect(eager.programs).toEqual({});
  return captured;
}

const spectral = gan({
  generator: mlp({ inputs: 4, hidden: [8], outputs: 2 }),
  discriminator: {
    inputShape: [2],
    layer: sequential([spectralNorm(dense({ units: 8 })), leakyRelu(), spectralNorm(dense({ units: 1 }))]),
  },
}) as AnyGame;

beforeAll(async () => {
  await chooseBackend({ backend: 'kallima' });
});

describe('replayed rounds equal those played op by op, to the bit', () => {
  it.each([
    ...POINT_GAMES.map(([name, game]) => ({ name: `${name} on points`, game, options: {} })),
    ...IMAGE_GAMES.map(([name, game]) => ({ name: `${name} on images`, game, options: { data: IMAGES } })),
    { name: 'a game with dropout, batch norm and noise', game: tinyGame() as AnyGame, options: {} },
    { name: 'spectral normalisation', game: spectral, options: {} },
    {
      name: 'SGD with momentum',
      game: tinyGame({ optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } }) as AnyGame,
      options: {},
    },
    {
      name: 'RMSProp without averaging, rates that decay',
      game: tinyGame({ optimizer: { kind: 'rmsprop', learningRate: 0.01 } }) as AnyGame,
      options: { averaging: false, learningRateDecay: { start: 3, end: 20 } } as Options,
    },
  ])('$name', async ({ game, options }) => {
    const { programs, warnings } = await playBoth(game, 10, options);
    expect(Object.keys(programs).sort()).toEqual(Object.keys(game.players).sort());
    expect(warnings).toEqual([]);
    for (const { bytesPlanned, bytesNaive, records } of Object.values(programs)) {
      expect(records).toBeGreaterThan(0);
      expect(bytesPlanned).toBeLessThan(bytesNaive);
    }
  });

  it('over the end of an epoch and after going on from a checkpoint', async () => {
    const options = { data: POINTS, batchSize: 64, seed: 3, backend: 'kallima' } as const;
    const game = tinyGame();
    const whole = await play(game as AnyGame, 12, { batchSize: 64, capture: false });
    const first = await Trainer.create(game, options);
    for await (const _ of first.run({ rounds: 7 }));
    const bytes = await first.toBytes();
    first.dispose();
    const second = await Trainer.fromBytes(bytes, game, options);
    for await (const _ of second.run({ rounds: 5 }));
    expect(Buffer.from(await second.toBytes()).equals(Buffer.from(whole.bytes))).toBe(true);
    second.dispose();
  });

  it('with samples drawn in between', async () => {
    const trainer = await Trainer.create(tinyGame(), {
      data: POINTS,
      batchSize: 8,
      seed: 3,
      backend: 'kallima',
    });
    for (let i = 0; i < 3; i++) {
      for await (const _ of trainer.run({ rounds: 4 }));
      (await trainer.sample(5)).dispose();
    }
    const { bytes } = await play(tinyGame() as AnyGame, 12, { capture: false });
    expect(Buffer.from(await trainer.toBytes()).equals(Buffer.from(bytes))).toBe(true);
    trainer.dispose();
  });
});

/** A game whose critic's loss is another one now and then. */
function changing(change: (play: Play<ExampleBatch, 'critic' | 'artist'>, loss: Scalar) => Scalar) {
  const game = tinyGame();
  const { critic } = game.players;
  return {
    ...game,
    players: {
      ...game.players,
      critic: { ...critic, loss: (p: Parameters<typeof critic.loss>[0]) => change(p, critic.loss(p)) },
    },
  };
}

describe('a game whose graph changes', () => {
  it('is captured once a variant that it names', async () => {
    let round = 0;
    const base = changing((_, loss) => (round % 4 === 3 ? mul(loss, 2) : loss));
    const variant = (played: number) => {
      round = played;
      return played % 4 === 3 ? 'doubled' : 'plain';
    };
    const game = { ...base, players: { ...base.players, critic: { ...base.players.critic, variant } } };
    // Without capture nobody asks for the variant: the count has to come from the loss itself.
    const eagerRound = { count: 0 };
    const eager = changing((_, loss) => (Math.floor(eagerRound.count++ / 2) % 4 === 3 ? mul(loss, 2) : loss));
    const expected = await play(eager as AnyGame, 24, { capture: false });
    const found = await play(game as AnyGame, 24, {});
    expect(found.losses).toEqual(expected.losses);
    expect(Object.keys(found.programs).sort()).toEqual(['artist', 'critic doubled', 'critic plain']);
  });

  it('without saying so is noticed, and played op by op from then on', async () => {
    let factor = 1;
    const warnings: string[] = [];
    const trainer = await Trainer.create(
      changing((_, loss) => (factor === 1 ? loss : mul(loss, factor))),
      { data: POINTS, batchSize: 8, backend: 'kallima', onWarning: (message) => warnings.push(message) },
    );
    for await (const _ of trainer.run({ rounds: 6 }));
    expect(Object.keys(trainer.programs).sort()).toEqual(['artist', 'critic']);
    factor = 3;
    for await (const _ of trainer.run({ rounds: 6 }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/critic's update: the same ops .* got another \S+ .*than the time before/);
    expect(Object.keys(trainer.programs)).toEqual(['artist']);
    trainer.dispose();
  });
});

describe('a step that cannot be captured is played op by op, with one warning', () => {
  it.each([
    {
      name: 'a value that is read',
      change: (_: unknown, loss: Scalar) => mul<Scalar>(loss, loss.dataSync()[0]! > 1e9 ? 2 : 1),
      warning: /values must not be read in the middle/,
    },
    {
      name: 'an op without a kernel',
      change: ({ batch }: { batch: ExampleBatch }, loss: Scalar) => {
        const x = reshape(batch.x, [8, 1, 1, 2]) as Tensor4D;
        return add<Scalar>(loss, mul(sum(localResponseNormalization(x)), 0));
      },
      warning: new RegExp(`every op must have a kernel, got ${LRN}`),
    },
    {
      name: 'a constant that is another each time',
      change: (_: unknown, loss: Scalar) => mul<Scalar>(loss, 1 + 1e-3 * Math.random()),
      warning: /the same ops on the same constants .* pass what changes as an input/,
    },
  ])('$name', async ({ change, warning }) => {
    const { warnings, programs } = await play(
      changing(change as Parameters<typeof changing>[0]) as AnyGame,
      8,
      {},
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
    expect(Object.keys(programs)).toEqual(['artist']);
  });

  it('with the results that it has without', async () => {
    const game = changing((_, loss) => mul<Scalar>(loss, loss.dataSync()[0]! > 1e9 ? 2 : 1));
    const { bytes } = await play(game as AnyGame, 6, {});
    const { bytes: expected } = await play(tinyGame() as AnyGame, 6, { capture: false });
    expect(Buffer.from(bytes).equals(Buffer.from(expected))).toBe(true);
  });
});

it('gives its memory back', async () => {
  await play(tinyGame() as AnyGame, 4, {});
  const before = memory() as { numBytes: number; bytesInUse?: number };
  await play(tinyGame() as AnyGame, 10, {});
  const after = memory() as { numBytes: number; bytesInUse?: number };
  expect(after.bytesInUse).toBe(before.bytesInUse);
});
