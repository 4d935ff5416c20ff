import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, removeBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { CheckpointError, FormatError } from '../../src/errors';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors';
import type { Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { wganGp } from '../../src/games/wgan-gp';
import { mlp } from '../../src/models/mlp';
import { readCheckpoint } from '../../src/train/checkpoint';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { circle, tinyGame } from './tiny-game';

const OPTIONS = { data: circle, batchSize: 16, seed: 5, backend: 'cpu' } as const;

const generator = mlp({ inputs: 3, hidden: [8], outputs: 2, normalization: 'batch' });
const critic = (width: number) => mlp({ inputs: 2, hidden: [width], outputs: 1 });
const game = (width = 8) => wganGp({ generator, critic: critic(width), criticSteps: 2 });

/** A checkpoint of `game()` after two rounds. */
async function saved(options: object = {}): Promise<Uint8Array> {
  const trainer = await Trainer.create(game(), { ...OPTIONS, ...options });
  for await (const _ of trainer.run({ rounds: 2 }));
  const bytes = await trainer.toBytes();
  trainer.dispose();
  return bytes;
}

/** The same file with its header changed. */
function edited(bytes: Uint8Array, change: (header: Record<string, object>) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = JSON.parse(metadata.get('kallima')!);
  change(header);
  return writeSafetensors(tensors, [['kallima', JSON.stringify(header)]]);
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kallima-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a checkpoint', () => {
  it.each([
    ['adam', 'cpu', { kind: 'adam', learningRate: 0.01 }],
    ['adam', 'kallima', { kind: 'adam', learningRate: 0.01 }],
    ['rmsprop', 'kallima', { kind: 'rmsprop', learningRate: 0.01 }],
    ['sgd with momentum', 'kallima', { kind: 'sgd', learningRate: 0.01, momentum: 0.9 }],
  ] as const)('resumes to the bit with %s on %s', async (_, backend, optimizer) => {
    const game = tinyGame({ optimizer });
    const whole = await Trainer.create(game, { ...OPTIONS, backend });
    for await (const _ of whole.run({ rounds: 6 }));

    const first = await Trainer.create(game, { ...OPTIONS, backend });
    for await (const _ of first.run({ rounds: 3 }));
    const path = join(folder, `${optimizer.kind}.safetensors`);
    await first.save(path);
    first.dispose();
    const second = await Trainer.load(path, tinyGame({ optimizer }), { data: circle, backend });
    expect(second.round).toBe(3);
    for await (const _ of second.run({ rounds: 3 }));

    expect(await second.toBytes()).toEqual(await whole.toBytes());
    whole.dispose();
    second.dispose();
  });

  it('is the same to the bit for any number of threads', async () => {
    const play = async (threads: number) => {
      removeBackend('kallima');
      const trainer = await Trainer.create(game(64), {
        ...OPTIONS,
        batchSize: 64,
        backend: 'kallima',
        threads,
      });
      expect(trainer.backend.threads).toBe(threads);
      for await (const _ of trainer.run({ rounds: 2 }));
      const bytes = await trainer.toBytes();
      trainer.dispose();
      return bytes;
    };
    expect(await play(2)).toEqual(await play(1));
  });

  it('says what it holds', async () => {
    const { header, tensors } = readCheckpoint(await saved());
    expect(header.game).toMatchObject({ kind: 'wgan-gp', config: { criticSteps: 2, penalty: 10 } });
    expect(header.data).toEqual({ name: 'circle', size: 50, shapes: { x: [2] }, meanings: {} });
    expect(header.settings).toMatchObject({ batchSize: 16, seed: 5, averaging: 0.999 });
    expect(header.position).toMatchObject({
      round: 2,
      turn: 0,
      drawn: 64,
      steps: { critic: 4, generator: 2 },
    });
    expect([...tensors.keys()]).toEqual(
      expect.arrayContaining([
        'networks/critic/0/kernel',
        'networks/generator/1/mean',
        'averaged/generator/1/mean',
        'optimizers/critic/critic/0/kernel/first',
        'optimizers/generator/generator/0/kernel/second',
      ]),
    );
  });

  it('keeps learning rates, which may be changed when it is loaded', async () => {
    const bytes = await saved({ learningRates: { critic: 0.5 } });
    const rate = (source: Uint8Array) =>
      readCheckpoint(source).header.settings.optimizers.critic?.learningRate;
    expect(rate(bytes)).toBe(0.5);
    const same = await Trainer.fromBytes(bytes, game(), OPTIONS);
    expect(rate(await same.toBytes())).toBe(0.5);
    const other = await Trainer.fromBytes(bytes, game(), { ...OPTIONS, learningRates: { critic: 0.25 } });
    expect(rate(await other.toBytes())).toBe(0.25);
    same.dispose();
    other.dispose();
  });

  it('of another game or model is refused, with what differs', async () => {
    const bytes = await saved();
    const tensors = memory().numTensors;
    const refusal = async (other: Game) => {
      const error = await Trainer.fromBytes(bytes, other, OPTIONS).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(CheckpointError);
      return String(error);
    };
    expect(await refusal(game(9) as Game)).toMatch(/models\.critic\.layer\.layers\.0\.units 8 in .* 9 here/);
    expect(await refusal(gan({ generator, discriminator: critic(8) }) as Game)).toMatch(
      /game "wgan-gp" in the checkpoint and "gan" here/,
    );
    const sgd = { kind: 'sgd', learningRate: 1 } as const;
    expect(await refusal(wganGp({ generator, critic: critic(8), optimizer: sgd }) as Game)).toMatch(
      /players\.critic\.optimizer "adam" in the checkpoint and "sgd" here/,
    );
    expect(memory().numTensors).toBe(tensors);
  });

  it('that lacks a tensor, or has one too many or of another shape, is refused', async () => {
    const bytes = await saved();
    const { tensors, metadata } = readSafetensors(bytes);
    const before = memory().numTensors;
    const refusal = async (change: (all: Map<string, { shape: number[]; data: Float32Array }>) => void) => {
      const all = new Map(tensors) as Map<string, { shape: number[]; data: Float32Array }>;
      change(all);
      const file = writeSafetensors(all, metadata);
      const error = await Trainer.fromBytes(file, game(), OPTIONS).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(CheckpointError);
      return String(error);
    };
    const name = 'optimizers/critic/critic/0/bias/first';
    expect(await refusal((all) => all.delete(name))).toMatch(/'optimizers.*first' as f32 \[8\], got none/);
    expect(await refusal((all) => all.set(name, { shape: [2, 4], data: new Float32Array(8) }))).toMatch(
      /as f32 \[8\], got \[2,4\]/,
    );
    expect(await refusal((all) => all.set('x', { shape: [1], data: new Float32Array(1) }))).toMatch(
      /got "x" that does not/,
    );
    expect(memory().numTensors).toBe(before);
  });

  it('that is damaged, of another program or of a later version is refused', async () => {
    const bytes = await saved();
    const refusal = async (file: Uint8Array) => {
      const error = await Trainer.fromBytes(file, game(), OPTIONS, 'run.safetensors').catch(
        (caught) => caught,
      );
      expect(String(error)).not.toContain('\n');
      return error;
    };
    expect(await refusal(bytes.subarray(0, bytes.length - 1))).toBeInstanceOf(FormatError);
    expect(await refusal(new TextEncoder().encode('GIF89a...........'))).toBeInstanceOf(FormatError);
    const other = writeSafetensors([['a', { shape: [1], data: new Float32Array(1) }]]);
    expect(await refusal(other)).toBeInstanceOf(CheckpointError);
    expect(String(await refusal(other))).toContain('run.safetensors');
    const later = edited(bytes, (header) => Object.assign(header, { format: 3, version: '9.0.0' }));
    expect(String(await refusal(later))).toMatch(/format 2, got 3 written by kallima "9\.0\.0"/);
    for (const part of ['game', 'models', 'settings', 'position', 'data', 'version', 'samplers']) {
      const without = edited(bytes, (header) => Object.assign(header, { [part]: undefined }));
      expect(await refusal(without), part).toBeInstanceOf(CheckpointError);
    }
    const decay = edited(bytes, ({ settings }) =>
      Object.assign(settings!, { learningRateDecay: { start: 5 } }),
    );
    expect(await refusal(decay)).toBeInstanceOf(CheckpointError);
    for (const bad of [
      { round: -1 },
      { turn: 99 },
      { drawn: 0.5 },
      { steps: {} },
      { sums: { critic: null } },
    ]) {
      const wrong = edited(bytes, ({ position }) => Object.assign(position!, bad));
      expect(await refusal(wrong), JSON.stringify(bad)).toBeInstanceOf(CheckpointError);
    }
  });
});

describe('loadSampler', () => {
  it('draws from the file alone what the trainer draws', async () => {
    const trainer = await Trainer.create(game(), OPTIONS);
    for await (const _ of trainer.run({ rounds: 3 }));
    const path = join(folder, 'sampler.safetensors');
    await trainer.save(path);
    const before = memory().numTensors;
    const sampler = await loadSampler(path, { backend: 'cpu' });
    expect(sampler.shape).toEqual([2]);
    expect(sampler.header.game.kind).toBe('wgan-gp');
    for (const options of [{}, { seed: 8 }, { averaged: false }]) {
      const [a, b] = [await trainer.sample(5, options), await sampler.sample(5, options)];
      expect(await b.data()).toEqual(await a.data());
      a.dispose();
      b.dispose();
    }
    sampler.dispose();
    sampler.dispose();
    await expect(sampler.sample(1)).rejects.toThrow('disposed');
    expect(memory().numTensors).toBe(before);
    trainer.dispose();
  });

  it("takes a user's own game, whose kind it does not know", async () => {
    const trainer = await Trainer.create(tinyGame(), { ...OPTIONS, averaging: false });
    const bytes = await trainer.toBytes();
    await expect(loadSampler(bytes)).rejects.toThrow('tiny');
    const sampler = await loadSampler(bytes, { game: tinyGame() as Game, backend: 'cpu' });
    const [a, b] = [await trainer.sample(2), await sampler.sample(2)];
    expect(await b.data()).toEqual(await a.data());
    await expect(sampler.sample(2, { averaged: true })).rejects.toThrow('averaging false');
    await expect(sampler.sample(0)).rejects.toThrow('count');
    for (const item of [a, b, sampler, trainer]) item.dispose();
  });

  it('refuses a file that is none', async () => {
    const path = join(folder, 'text.safetensors');
    await writeFile(path, 'not a checkpoint at all');
    await expect(loadSampler(path)).rejects.toThrow(/text\.safetensors/);
    await expect(loadSampler(join(folder, 'none'))).rejects.toThrow('no such file');
  });
});

describe('images', () => {
  it('go through training and back out of a file', async () => {
    const shape = [4, 4, 1];
    const data = arrayData({ x: { data: Uint8Array.from({ length: 16 * 20 }, (_, i) => i % 256), shape } });
    const images = gan({
      generator: mlp({ inputs: 3, hidden: [8], outputs: shape, outputActivation: 'tanh' }),
      discriminator: mlp({ inputs: shape, hidden: [8], outputs: 1 }),
    });
    const trainer = await Trainer.create(images, { data, batchSize: 8, backend: 'cpu' });
    for await (const { losses } of trainer.run({ rounds: 2 })) {
      expect(losses.discriminator).toBeGreaterThan(0);
    }
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'cpu' });
    const samples = await sampler.sample(3);
    expect(samples.shape).toEqual([3, 4, 4, 1]);
    for (const item of [samples, sampler, trainer]) item.dispose();
  });
});
