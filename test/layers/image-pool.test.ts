import { memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { layerFromConfig } from '../../src/layers/from-config';
import { imagePool } from '../../src/layers/image-pool';
import { buildNetwork, type Network } from '../../src/layers/network';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';

const SHAPE = [2, 1, 3];
const VALUES = 6;

/** Image n: numbers that no other image has. */
const imageOf = (n: number) => Array.from({ length: VALUES }, (_, i) => n + i / 8 + 0.1);
const numberOf = (values: ArrayLike<number>, at: number) => Math.round(values[at]! - 0.1);

const batchOf = (first: number, batch: number): Tensor =>
  tensor(Array.from({ length: batch }, (_, i) => imageOf(first + i)).flat(), [batch, ...SHAPE]);

/** Plays batches of images 1, 2, 3, … through a pool and gives the numbers that come out, batch by batch. */
function play(network: Network, batch: number, batches: number, random: SeededRandom): number[][] {
  const out: number[][] = [];
  for (let i = 0; i < batches; i++) {
    const x = batchOf(1 + i * batch, batch);
    const y = network.apply(x, { training: true, random });
    const values = y.dataSync();
    out.push(
      Array.from({ length: batch }, (_, n) => {
        const number = numberOf(values, n * VALUES);
        // To the bit, and not mixed with another.
        expect([...values.slice(n * VALUES, (n + 1) * VALUES)]).toEqual([
          ...Float32Array.from(imageOf(number)),
        ]);
        return number;
      }),
    );
    x.dispose();
    if (y !== x) y.dispose();
  }
  return out;
}

/** The same pool, written with loops and an array. */
function reference(size: number, batch: number, batches: number, random: SeededRandom): number[][] {
  const draw = (shape: number[]) => {
    const drawn = random.uniform(shape);
    const values = [...drawn.dataSync()];
    drawn.dispose();
    return values;
  };
  const pool: number[] = [];
  const out: number[][] = [];
  for (let i = 0; i < batches; i++) {
    const tosses = draw([batch]);
    const places = draw([batch]);
    const [turn] = draw([]);
    const full = pool.length >= size;
    out.push(
      tosses.map((toss, n) => {
        const image = 1 + i * batch + n;
        if (!full) {
          if (pool.length < size) pool.push(image);
          return image;
        }
        if (toss >= 0.5 || n >= size) return image;
        const stretches = Math.min(batch, size);
        const start = Math.ceil((n * size) / stretches);
        const end = Math.ceil(((n + 1) * size) / stretches);
        const place =
          (start +
            Math.floor(Math.fround(places[n]! * (end - start))) +
            Math.floor(Math.fround(turn! * size))) %
          size;
        const old = pool[place]!;
        pool[place] = image;
        return old;
      }),
    );
  }
  return out;
}

const build = (size: number) => buildNetwork({ inputShape: SHAPE, layer: imagePool({ size }) }, 'pool', 1);

describe.each(BACKENDS)('imagePool on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each([
    [5, 1],
    [5, 2],
    [4, 4],
    [3, 7],
    [1, 2],
  ])('of %d, in batches of %d, does what a plain list does', (size, batch) => {
    const network = build(size);
    const before = memory().numTensors;
    const found = play(network, batch, 40, new SeededRandom(7));
    expect(memory().numTensors).toBe(before);
    expect(found).toEqual(reference(size, batch, 40, new SeededRandom(7)));
    network.dispose();
  });

  it('returns the image while filling, then half the time one of before', () => {
    const network = build(10);
    const found = play(network, 2, 300, new SeededRandom(3)).flat();
    expect(found.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(network.state.get('count')!.dataSync()).toEqual(new Float32Array([10]));
    const older = found.filter((image, at) => image !== at + 1);
    // 590 tosses of a fair coin: four standard deviations.
    expect(Math.abs(older.length - 295)).toBeLessThan(50);
    // Each goes out once as an older one, and none that is to come.
    expect(new Set(older).size).toBe(older.length);
    found.forEach((image, at) => {
      expect(image).toBeLessThanOrEqual(at + 1);
    });
    // What has not gone out yet is stored.
    const images = network.state.get('images')!.dataSync();
    const kept = Array.from({ length: 10 }, (_, i) => numberOf(images, i * VALUES));
    const passed = new Set(found);
    const missing = found.map((_, at) => at + 1).filter((image) => !passed.has(image));
    for (const image of missing) expect(kept).toContain(image);
    network.dispose();
  });

  it('takes images from every place equally often', () => {
    const network = build(5);
    play(network, 3, 5, new SeededRandom(1));
    const state = () => [...network.state.get('images')!.dataSync()];
    const changes = [0, 0, 0, 0, 0];
    const random = new SeededRandom(2);
    for (let i = 0; i < 400; i++) {
      const before = state();
      play(network, 3, 1, random);
      const after = state();
      changes.forEach((_, place) => {
        if (after[place * VALUES] !== before[place * VALUES]) changes[place]! += 1;
      });
      // The same images come again: put in others in between.
      network.state.get('images')!.assign(
        tensor(
          before.map((value) => value + 100),
          [5, ...SHAPE],
        ),
      );
    }
    for (const count of changes) expect(Math.abs(count - 120)).toBeLessThan(45);
    network.dispose();
  });

  it('is the identity in inference, in another’s update and with size 0, and leaves its state alone', () => {
    const network = build(3);
    const x = batchOf(1, 2);
    const random = new SeededRandom(1);
    network.frozen = true;
    expect(network.apply(x, { training: true, random })).toBe(x);
    network.frozen = false;
    expect(network.apply(x, { random })).toBe(x);
    expect(random.draw).toBe(0);
    expect([...network.state.get('count')!.dataSync()]).toEqual([0]);
    const off = build(0);
    expect(off.apply(x, { training: true, random })).toBe(x);
    expect([...off.state.keys(), ...off.parameters.keys()]).toEqual([]);
    network.dispose();
    off.dispose();
    x.dispose();
  });
});

describe('imagePool', () => {
  it('is made again by its config', () => {
    expect(imagePool().config).toEqual({ kind: 'imagePool', size: 50 });
    expect(layerFromConfig(imagePool({ size: 7 }).config).config).toEqual({ kind: 'imagePool', size: 7 });
  });

  it.each([-1, 2.5, Number.NaN])('refuses a size of %d', (size) => {
    expect(() => imagePool({ size })).toThrow(ArgumentError);
  });
});
