import type { Tensor } from '@tensorflow/tfjs-core';
import { type Batch, type Image, type Shape, type Trainer, writePng } from '../../src/index';

// What the quality scripts share: `npm run quality -- NAME --out DIR`. Each trains, measures on what was held out,
// and draws pictures to look at.

/** How long to train, and where to put what comes of it. */
export interface QualityOptions {
  /** Of all trainings together; default: what the script takes for enough. */
  readonly minutes?: number;
  /** Of each training. */
  readonly rounds?: number;
  /** A folder for the pictures. */
  readonly out: string;
  /** Where data lies that is not built in. */
  readonly data?: string;
}

export interface QualityReport {
  /** By what was measured. Shares are in [0, 1]. */
  readonly figures: Readonly<Record<string, number>>;
  /** Paths of the pictures. */
  readonly pictures: readonly string[];
}

/** What a training took. */
export interface Trained {
  readonly rounds: number;
  readonly seconds: number;
  /** Of the last round, by player. */
  readonly losses: Readonly<Record<string, number>>;
}

const LOOK_EVERY = 20;

/**
 * Trains until either is over, and says on the error stream how it goes.
 *
 * @param limits `rounds`: at most so many; `minutes`: at most so long.
 */
export async function train<B extends Batch>(
  name: string,
  trainer: Trainer<B, string, string>,
  { rounds = 2 ** 31, minutes = Number.POSITIVE_INFINITY }: { rounds?: number; minutes?: number },
): Promise<Trained> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  let said = 0;
  let losses: Readonly<Record<string, number>> = {};
  for await (const report of trainer.run({ rounds: rounds - trainer.round, reportEvery: LOOK_EVERY })) {
    losses = report.losses;
    if (seconds() - said > 30) {
      said = seconds();
      const each = Object.entries(losses).map(([player, loss]) => `${player} ${loss.toFixed(3)}`);
      process.stderr.write(`${name}: round ${report.round}, ${said.toFixed(0)} s, ${each.join(', ')}\n`);
    }
    if (seconds() > minutes * 60) break;
  }
  return { rounds: trainer.round, seconds: seconds(), losses };
}

/** A tensor's values; the tensor is disposed. */
export async function valuesOf(tensor: Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}

/** Pixels in [−1, 1] of bytes. */
export function pixelsOf(bytes: ArrayLike<number>): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
}

/** Mean absolute difference of two lists of one length, L1. */
export function meanDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]! - y[i]!);
  return sum / x.length;
}

/**
 * Mean standard deviation of a value among images of one kind.
 *
 * @param values kinds one after another, `each` images of `size` values of each.
 */
export function spread(values: ArrayLike<number>, size: number, each: number): number {
  const kinds = values.length / (size * each);
  let sum = 0;
  for (let kind = 0; kind < kinds; kind++) {
    for (let at = 0; at < size; at++) {
      let [mean, square] = [0, 0];
      for (let i = 0; i < each; i++) {
        const value = values[(kind * each + i) * size + at]!;
        mean += value / each;
        square += (value * value) / each;
      }
      sum += Math.sqrt(Math.max(0, square - mean * mean));
    }
  }
  return sum / (kinds * size);
}

/** Images of one shape, one after another, pixels in [−1, 1]. */
export interface Strip {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
}

const GAP = 2;

/**
 * A PNG with a row for each strip and a column for each image, enlarged by a whole number. Grey strips may stand
 * beside coloured ones; all are of one height and width.
 */
export function drawStrips(strips: readonly Strip[], columns: number, scale = 2): Uint8Array {
  const [height, width] = strips[0]!.shape as [number, number];
  const [high, wide] = [height * scale + GAP, width * scale + GAP];
  const [rows, across] = [strips.length * high + GAP, columns * wide + GAP];
  const picture: Image = {
    width: across,
    height: rows,
    channels: 3,
    data: new Uint8Array(rows * across * 3).fill(255),
  };
  strips.forEach(({ values, shape: [, , channels] }, row) => {
    for (let i = 0; i < columns; i++) {
      for (let y = 0; y < height * scale; y++) {
        for (let x = 0; x < width * scale; x++) {
          const from = ((i * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels!;
          const to = ((GAP + row * high + y) * across + GAP + i * wide + x) * 3;
          for (let c = 0; c < 3; c++) {
            const value = values[from + (channels === 1 ? 0 : c)]!;
            picture.data[to + c] = Math.round(Math.min(1, Math.max(-1, value)) * 127.5 + 127.5);
          }
        }
      }
    }
  });
  return writePng(picture);
}
