import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getBackend, memory, mul, type Scalar } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { arrayData } from '../../src/data/array';
import { ArgumentError, DataError, DisposedError, DivergedError } from '../../src/errors';
import { Trainer } from '../../src/train/trainer';
import { circle, tinyGame } from './tiny-game';

const OPTIONS = { data: circle, batchSize: 16, seed: 5, backend: 'cpu' } as const;

async function play<T>(reports: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const report of reports) all.push(report);
  return all;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kallima-trainer-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('Trainer.run', () => {
  it('reports every so many rounds and at the end, with finite losses for each player', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const reports = await play(trainer.run({ rounds: 7, reportEvery: 3 }));
    expect(reports.map(({ round }) => round)).toEqual([3, 6, 7]);
    for (const { losses, seconds, roundsPerSecond } of reports) {
      expect(Object.keys(losses)).toEqual(['critic', 'artist']);
      expect(Object.values(losses).every(Number.isFinite)).toBe(true);
      expect(seconds).toBeGreaterThan(0);
      expect(roundsPerSecond).toBeGreaterThan(0);
    }
    // Two critic updates of 16 examples a round, of 50.
    expect(reports[2]?.epoch).toBeCloseTo((7 * 2 * 16) / 50, 10);
    expect(trainer.round).toBe(7);
    trainer.dispose();
  });

  it('gives the same weights to the bit for the same seed, and others for another', async () => {
    const bytes = async (seed: number) => {
      const trainer = await Trainer.create(tinyGame(), { ...OPTIONS, seed });
      await play(trainer.run({ rounds: 4 }));
      const saved = await trainer.toBytes();
      trainer.dispose();
      return saved;
    };
    expect(await bytes(5)).toEqual(await bytes(5));
    expect(await bytes(6)).not.toEqual(await bytes(5));
  });

  it('keeps the number of tensors', async () => {
    const before = memory().numTensors;
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const created = memory().numTensors;
    for await (const _ of trainer.run({ rounds: 3 })) expect(memory().numTensors).toBe(created);
    (await trainer.sample(70)).dispose();
    await trainer.toBytes();
    expect(memory().numTensors).toBe(created);
    trainer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('ends between two updates when it is aborted, and goes on from there to the bit', async () => {
    const whole = await Trainer.create(tinyGame({ criticUpdates: 5 }), OPTIONS);
    await play(whole.run({ rounds: 3 }));

    // The signal is looked at between updates: a loss that aborts ends the round at its second update.
    const controller = new AbortController();
    const game = tinyGame({ criticUpdates: 5 });
    const { loss } = game.players.critic;
    let calls = 0;
    const critic = {
      ...game.players.critic,
      loss: (turn: Parameters<typeof loss>[0]) => {
        calls += 1;
        if (calls === 7) controller.abort();
        return loss(turn);
      },
    };
    const broken = await Trainer.create({ ...game, players: { ...game.players, critic } }, OPTIONS);
    const first = await play(broken.run({ rounds: 3, signal: controller.signal }));
    expect(first.map(({ round }) => round)).toEqual([1]);
    expect(broken.round).toBe(1);
    expect(calls).toBe(7);
    expect(await play(broken.run({ rounds: 1, signal: controller.signal }))).toEqual([]);

    const saved = await broken.toBytes();
    const resumed = await Trainer.fromBytes(saved, tinyGame({ criticUpdates: 5 }), OPTIONS);
    const [a, b] = [await play(broken.run({ rounds: 2 })), await play(resumed.run({ rounds: 2 }))];
    expect(b.map(({ round, losses }) => [round, losses])).toEqual(
      a.map(({ round, losses }) => [round, losses]),
    );
    expect(await resumed.toBytes()).toEqual(await whole.toBytes());
    expect(await broken.toBytes()).toEqual(await whole.toBytes());
    for (const trainer of [whole, broken, resumed]) trainer.dispose();
  });

  it('lets the event loop have its turn', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    // Without its turn the timer would wait for the last of these rounds.
    await play(trainer.run({ rounds: 1_000_000, reportEvery: 1_000_000, signal: controller.signal }));
    expect(trainer.round).toBeLessThan(1_000_000);
    trainer.dispose();
  });

  it('may be left by break and run again', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    for await (const { round } of trainer.run({ rounds: 100 })) if (round === 2) break;
    expect(trainer.round).toBe(2);
    await play(trainer.run({ rounds: 1 }));
    expect(trainer.round).toBe(3);
    trainer.dispose();
  });

  it('names player and round when a loss is no longer finite', async () => {
    const game = tinyGame();
    const { loss } = game.players.artist;
    let calls = 0;
    const artist = {
      ...game.players.artist,
      loss: (turn: Parameters<typeof loss>[0]) => {
        calls += 1;
        return calls === 3 ? mul<Scalar>(loss(turn), Number.POSITIVE_INFINITY) : loss(turn);
      },
    };
    const trainer = await Trainer.create({ ...game, players: { ...game.players, artist } }, OPTIONS);
    const tensors = memory().numTensors;
    const error = await play(trainer.run({ rounds: 9 })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DivergedError);
    expect(String(error)).toMatch(/got Infinity for artist in round 3;/);
    expect(memory().numTensors).toBe(tensors);
    trainer.dispose();
  });

  it('makes its own backend current again', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    expect(trainer.backend.name).toBe('cpu');
    expect(trainer.backend.reason).not.toBe('');
    await chooseBackend({ backend: 'kallima' });
    await play(trainer.run({ rounds: 1 }));
    expect(getBackend()).toBe('cpu');
    trainer.dispose();
  });

  it('plays one run at a time', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const first = trainer.run({ rounds: 2 });
    await first.next();
    await expect(trainer.run({ rounds: 1 }).next()).rejects.toThrow(ArgumentError);
    await first.return();
    await play(trainer.run({ rounds: 1 }));
    trainer.dispose();
  });
});

describe('Trainer.sample', () => {
  it('draws the same for the same seed, the first n of any count', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const draw = async (...args: Parameters<typeof trainer.sample>) => {
      const samples = await trainer.sample(...args);
      expect(samples.shape).toEqual([args[0], 2]);
      const values = [...(await samples.data())];
      samples.dispose();
      return values;
    };
    const many = await draw(130);
    expect(await draw(3)).toEqual(many.slice(0, 6));
    expect(await draw(3, { seed: 5 })).toEqual(many.slice(0, 6));
    expect(await draw(3, { seed: 6 })).not.toEqual(many.slice(0, 6));
    trainer.dispose();
  });

  it('uses the averaged weights unless told otherwise', async () => {
    const trainer = await Trainer.create(tinyGame(), { ...OPTIONS, averaging: 0.9 });
    await play(trainer.run({ rounds: 5 }));
    const values = async (averaged?: boolean) => {
      const samples = await trainer.sample(4, { averaged });
      const data = [...(await samples.data())];
      samples.dispose();
      return data;
    };
    expect(await values()).toEqual(await values(true));
    expect(await values()).not.toEqual(await values(false));
    trainer.dispose();

    const plain = await Trainer.create(tinyGame(), { ...OPTIONS, averaging: false });
    await expect(plain.sample(1, { averaged: true })).rejects.toThrow(ArgumentError);
    (await plain.sample(1)).dispose();
    plain.dispose();
  });

  it('waits for the end of a round', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const [reports, samples] = await Promise.all([play(trainer.run({ rounds: 3 })), trainer.sample(2)]);
    expect(reports).toHaveLength(3);
    samples.dispose();
    trainer.dispose();
  });
});

describe('bad input to Trainer', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses batch size %d', async (batchSize) => {
    await expect(Trainer.create(tinyGame(), { ...OPTIONS, batchSize })).rejects.toThrow(ArgumentError);
    await expect(Trainer.create(tinyGame(), { ...OPTIONS, batchSize })).rejects.toThrow(String(batchSize));
  });

  it.each([
    ['seed', { seed: -1 }],
    ['averaging', { averaging: 1.5 }],
    ['learningRate', { learningRates: { critic: -1 } }],
  ])('refuses %s out of range', async (name, options) => {
    const error = await Trainer.create(tinyGame(), { ...OPTIONS, ...options }).catch((caught) => caught);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain(name);
  });

  it('refuses numbers of rounds, reports and samples that are not positive integers', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    for (const bad of [0, -3, 2.5, Number.NaN]) {
      expect(() => trainer.run({ rounds: bad })).toThrow(ArgumentError);
      expect(() => trainer.run({ rounds: 1, reportEvery: bad })).toThrow(ArgumentError);
      await expect(trainer.sample(bad)).rejects.toThrow(ArgumentError);
    }
    trainer.dispose();
  });

  it('names an unknown player and the nearest known one', async () => {
    const rates = { citric: 1e-3 } as object;
    await expect(Trainer.create(tinyGame(), { ...OPTIONS, learningRates: rates })).rejects.toThrow(
      /critic, artist.*'citric'.*did you mean critic/,
    );
  });

  it('refuses an empty source, none, and one that the game cannot use', async () => {
    for (const data of [{ ...circle, size: 0 }, JSON.parse('null')]) {
      await expect(Trainer.create(tinyGame(), { ...OPTIONS, data })).rejects.toThrow(DataError);
    }
    const images = arrayData({ x: { data: new Uint8Array(12), shape: [2, 2, 1] } });
    await expect(Trainer.create(tinyGame(), { ...OPTIONS, data: images })).rejects.toThrow(DataError);
  });

  it('names the example that holds NaN, before it reaches the weights', async () => {
    const data = {
      ...circle,
      read: (indices: ArrayLike<number>) => {
        const { x } = circle.read(indices);
        const at = Array.from(indices).indexOf(23);
        if (at >= 0) x.data[2 * at + 1] = Number.NaN;
        return { x };
      },
    };
    const trainer = await Trainer.create(tinyGame(), { ...OPTIONS, data });
    const error = await play(trainer.run({ rounds: 9 })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(/'circle'.*NaN in x of example 23;/);
    trainer.dispose();
  });

  it('refuses everything after dispose, which may be called twice and during a run', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    const reports = trainer.run({ rounds: 9 });
    await reports.next();
    trainer.dispose();
    trainer.dispose();
    await expect(reports.next()).rejects.toThrow(DisposedError);
    await expect(trainer.sample(1)).rejects.toThrow(DisposedError);
    await expect(trainer.toBytes()).rejects.toThrow(DisposedError);
    await expect(trainer.save(join(folder, 'never'))).rejects.toThrow(DisposedError);
    expect(() => trainer.run({ rounds: 1 })).toThrow(DisposedError);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names a folder that cannot be written', async () => {
    const trainer = await Trainer.create(tinyGame(), OPTIONS);
    await expect(trainer.save(join(folder, 'missing', 'a.safetensors'))).rejects.toThrow(
      /missing\/a\.safetensors.*no such file or folder/,
    );
    trainer.dispose();
  });
});
