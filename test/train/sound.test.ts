import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { pairByLabel } from '../../src/data/pair-by-label';
import { soundData } from '../../src/data/sound/sounds';
import type { DataSource } from '../../src/data/source';
import { ArgumentError, FormatError } from '../../src/errors';
import { writeWav } from '../../src/formats/wav';
import { conditional } from '../../src/games/conditional';
import { sequential } from '../../src/layers/compose';
import { concatCondition } from '../../src/layers/concat-condition';
import { dense } from '../../src/layers/dense';
import { projection } from '../../src/layers/projection';
import { soundCondition } from '../../src/models/sound-encoder';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { philoxUniform } from '../../src/util/philox';
import { expectReplayed, expectSameOnBackends } from './compare';

const FRAMES = 8;
const MELS = 12;

/** A tone of a fifth of a second, higher with the label. */
const tone = (label: number, rate = 8000): Uint8Array =>
  writeWav({
    rate,
    samples: Float32Array.from({ length: rate / 5 }, (_, i) =>
      Math.sin((2 * Math.PI * 400 * (1 + label) * i) / rate),
    ),
  });
const files = Array.from({ length: 6 }, (_, i) => ({ path: `${i % 2}_x_${i}.wav`, read: () => tone(i % 2) }));
const points = arrayData({
  x: { data: philoxUniform(20, { seed: 4, draw: 0 }), shape: [2] },
  label: { data: Int32Array.from({ length: 10 }, (_, i) => i % 2), shape: [] },
});

const condition = soundCondition({ frames: FRAMES, mels: MELS, width: 2, units: 3 });
const game = conditional({
  condition: 'sound',
  generator: { inputShape: [3], condition, layer: sequential([concatCondition(), dense({ units: 2 })]) },
  discriminator: { inputShape: [2], condition, layer: sequential([dense({ units: 4 }), projection()]) },
});

const folder = mkdtempSync(join(tmpdir(), 'kallima-sound-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a game with a sound as condition', () => {
  let data: DataSource<'x' | 'sound' | 'label'>;
  beforeAll(async () => {
    data = pairByLabel({ x: points, sound: await soundData(files, 'tones', { frames: FRAMES, mels: MELS }) });
  });

  it('is replayed to the bit', () => expectReplayed(game, data));

  it('is the same on every backend', () =>
    expectSameOnBackends(game, data, { sound: put('tone.wav', tone(0)) }));

  it('keeps in its file how sounds are read, and reads WAV files by path', async () => {
    const trainer = await Trainer.create(game, { data, batchSize: 4, backend: 'kallima' });
    for await (const _ of trainer.run({ rounds: 2 }));
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    const [low, high] = [put('low.wav', tone(0)), put('high.wav', tone(1))];
    const drawn = async (from: typeof sampler, sound: string | string[]) => {
      const tensor = await from.sample(2, { seed: 3, given: { sound } });
      const values = [...(await tensor.data())];
      tensor.dispose();
      return values;
    };
    const expected = await trainer.sample(2, { seed: 3, given: { sound: [low, high] } });
    expect(await drawn(sampler, [low, high])).toEqual([...(await expected.data())]);
    expect(await drawn(sampler, low)).not.toEqual(await drawn(sampler, high));
    // The same tone at another rate is nearly the same condition.
    const fine = await drawn(sampler, put('fine.wav', tone(0, 44_100)));
    (await drawn(sampler, low)).forEach((value, i) => {
      expect(Math.abs(value - fine[i]!)).toBeLessThan(0.05);
    });

    await expect(drawn(sampler, join(folder, 'none.wav'))).rejects.toThrow(ArgumentError);
    await expect(drawn(sampler, join(folder, 'none.wav'))).rejects.toThrow(/no such file/);
    const cut = put('cut.wav', tone(0).subarray(0, 100));
    await expect(drawn(sampler, cut)).rejects.toThrow(FormatError);
    await expect(drawn(sampler, cut)).rejects.toThrow(/cut.wav' must hold 3200 bytes .*cut short/);
    expected.dispose();
    trainer.dispose();
    sampler.dispose();
  });
});
