import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../src/errors';
import { Profile } from '../../src/train/profile';
import { Trainer } from '../../src/train/trainer';
import { POINTS } from './games';
import { tinyGame } from './tiny-game';

const PEAKS = { gflops: 50, copyGBps: 30 };
const profile = new Profile(
  [
    {
      player: 'critic',
      ms: 9,
      times: [
        { name: 'Conv2D 64×7×7×128', flops: 4e8, bytes: 1e6, start: 100, ms: 4 },
        { name: 'Tanh 64×28', flops: 0, bytes: 3e7, start: 104, ms: 2 },
        { name: 'Conv2D 64×7×7×128', flops: 4e8, bytes: 1e6, start: 106, ms: 2 },
      ],
    },
    { player: 'artist', ms: 1, times: [{ name: 'Tanh 64×28', flops: 0, bytes: 0, start: 110, ms: 0 }] },
  ],
  2,
  PEAKS,
);

describe('a profile', () => {
  it('takes equal records together, the dearest first, with rates and shares of the peak', () => {
    expect(profile.kernelMs).toBe(8);
    const [conv, tanh, idle] = profile.dearest();
    expect(conv).toMatchObject({ name: 'critic: Conv2D 64×7×7×128', count: 2, ms: 6, share: 0.75 });
    expect(conv!.gflops).toBeCloseTo(8e8 / 6e6, 9);
    expect(conv!.ofPeak).toBeCloseTo(8e8 / 6e6 / 100, 9);
    expect(tanh).toMatchObject({ count: 1, gflops: 0, ofPeak: 0.5 });
    expect(idle).toMatchObject({ name: 'artist: Tanh 64×28', ms: 0, ofPeak: 0 });
    expect(profile.dearest(1)).toHaveLength(1);
  });

  it('prints as a table', () => {
    const lines = profile.format(2).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('6.00  75.0 %     2  133.3 GFLOP/s    133 %  critic: Conv2D 64×7×7×128');
  });

  it('is a Chrome trace: microseconds, a track a player', () => {
    const { traceEvents, otherData } = JSON.parse(profile.toChromeTrace());
    expect(
      traceEvents.filter(({ ph }: { ph: string }) => ph === 'M').map((e: { args: object }) => e.args),
    ).toEqual([{ name: 'critic' }, { name: 'artist' }]);
    const complete = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X');
    expect(complete).toHaveLength(4);
    expect(complete[1]).toMatchObject({
      name: 'Tanh 64×28',
      ts: 104_000,
      dur: 2000,
      tid: 1,
      args: { gbps: 15 },
    });
    expect(otherData).toEqual({ threads: 2, peakGflops: 50, copyGBps: 30 });
  });
});

describe('trainer.profile', () => {
  it('plays a round like any other, and tells of each record', async () => {
    const options = { data: POINTS, batchSize: 8, seed: 3, backend: 'kallima' } as const;
    const plain = await Trainer.create(tinyGame(), options);
    for await (const _ of plain.run({ rounds: 6 }));
    const expected = Buffer.from(await plain.toBytes());
    plain.dispose();

    const trainer = await Trainer.create(tinyGame(), options);
    for await (const _ of trainer.run({ rounds: 5 }));
    const found = await trainer.profile();
    expect(trainer.round).toBe(6);
    expect(Buffer.from(await trainer.toBytes()).equals(expected)).toBe(true);
    expect(found.updates.map(({ player }) => player)).toEqual(['critic', 'critic', 'artist']);
    for (const { player, times, ms } of found.updates) {
      expect(times).toHaveLength(trainer.programs[player]!.records);
      expect(times.reduce((sum, time) => sum + time.ms, 0)).toBeLessThanOrEqual(ms);
    }
    const product = found.updates[0]!.times.find(({ name }) => name === 'BatchMatMul 8×6');
    // The artist's hidden layer: 8 × 3 by 3 × 6.
    expect(product?.flops).toBe(2 * 8 * 3 * 6);
    expect(found.peaks.gflops).toBeGreaterThan(1);
    trainer.dispose();
  });

  it('needs the backend kallima', async () => {
    const trainer = await Trainer.create(tinyGame(), { data: POINTS, batchSize: 8, backend: 'cpu' });
    await expect(trainer.profile()).rejects.toThrow(UnsupportedError);
    trainer.dispose();
  });
});
