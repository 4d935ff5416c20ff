import { BINARY_ADD, UNARY_TANH } from '../../assembly/abi/elementwise';
import * as abi from '../../assembly/abi/reduce';
import {
  type ConvShape,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
} from '../../src/program/records/conv';
import { binary, unary } from '../../src/program/records/elementwise';
import { gemm } from '../../src/program/records/gemm';
import { copy, strided } from '../../src/program/records/layout';
import { recordMirrorPad } from '../../src/program/records/mirror-pad';
import { recordNormalize, recordNormalizeGrad } from '../../src/program/records/normalize';
import { recordAdamStep } from '../../src/program/records/optimizer';
import { recordAveragePoolGrad, recordPool } from '../../src/program/records/pool';
import { recordRandomNormal } from '../../src/program/records/random';
import { reduce } from '../../src/program/records/reduce';
import { recordResize, recordResizeGrad } from '../../src/program/records/resize';
import { softmax } from '../../src/program/records/softmax';
import type { ProgramWriter } from './program-writer';

const CONV: ConvShape = {
  batchSize: 8,
  inHeight: 32,
  inWidth: 32,
  inChannels: 8,
  outHeight: 16,
  outWidth: 16,
  outChannels: 32,
  filterHeight: 4,
  filterWidth: 4,
  strideHeight: 2,
  strideWidth: 2,
  dilationHeight: 1,
  dilationWidth: 1,
  padInfo: { top: 1, left: 1 },
};
const X = 8 * 32 * 32 * 8;
const Y = 8 * 16 * 16 * 32;
const W = 4 * 4 * 8 * 32;

/**
 * Writes records of every kernel family, each large enough to be split, one reading what another wrote.
 *
 * @returns where the results lie: address and number of floats.
 */
export function writeEveryFamily(writer: ProgramWriter): [pointer: number, length: number][] {
  const results: [number, number][] = [];
  const out = (length: number): number => {
    const pointer = writer.alloc(4 * length);
    results.push([pointer, length]);
    return pointer;
  };
  const key = { seed: 5, draw: 1 };
  const x = out(X);
  recordRandomNormal(writer, x, X, key);
  const w = out(W);
  recordRandomNormal(writer, w, W, { ...key, draw: 2 });
  const y = out(Y);
  conv2d(writer, { shape: CONV, x, filter: w, y });

  const images = [8, 16, 16, 32];
  const settings = { shape: images, over: 'batch' as const, epsilon: 1e-3 };
  const normal = { y: out(Y), x: y, mean: out(32), variance: out(32) };
  recordNormalize(writer, normal, settings);
  const active = out(Y);
  unary(writer, UNARY_TANH, active, normal.y, Y);
  const shape = [Y];
  const sum = out(Y);
  binary(writer, 'float', BINARY_ADD, sum, shape, { pointer: active, shape }, { pointer: y, shape });
  const dx = out(Y);
  const moments = { mean: normal.mean, variance: normal.variance };
  recordNormalizeGrad(writer, { dx, dy: sum, x: y, ...moments }, settings);
  conv2dInputGradient(writer, { shape: CONV, x: out(X), filter: w, y: dx });
  const dw = out(W);
  conv2dFilterGradient(writer, { shape: CONV, x, filter: dw, y: dx });
  const c = out(256 * 256);
  gemm(writer, { c, a: sum, b: active, m: 256, n: 256, k: 128 });
  gemm(writer, { c: out(256 * 256), a: sum, b: c, m: 256, n: 256, k: 256, transposeA: true });
  reduce(writer, abi.REDUCE_SUM, out(256), c, [256, 256], [1]);
  reduce(writer, abi.REDUCE_SUM, out(256), c, [256, 256], [0]);
  softmax(writer, out(256 * 256), c, 256, 256);
  const turned = { pointer: out(256 * 256), strides: [1, 256] };
  strided(writer, 4, [256, 256], turned, { pointer: c, strides: [256, 1] });
  copy(writer, out(256 * 256), c, 256 * 256);

  const inputShape = [8, 16, 16, 32] as const;
  const resize = { method: 'bilinear', alignCorners: false, halfPixelCenters: true } as const;
  const large = out(4 * Y);
  recordResize(writer, { y: large, x: sum }, { ...resize, inputShape, size: [32, 32] });
  recordResizeGrad(writer, { dx: out(Y), dy: large }, { ...resize, inputShape, size: [32, 32] });
  const paddings = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ] as const;
  const padded = 8 * 18 * 18 * 32;
  recordMirrorPad(writer, { y: out(padded), x: sum }, { inputShape, paddings, mode: 'reflect' });
  const pool = {
    batch: 8,
    channels: 32,
    input: [16, 16],
    output: [8, 8],
    window: [2, 2],
    stride: [2, 2],
    before: [0, 0],
  } as const;
  const pooled = out(Y / 4);
  recordPool(writer, 'average', { y: pooled, x: sum }, pool);
  recordAveragePoolGrad(writer, { dx: out(Y), dy: pooled }, pool);
  // State is written last.
  const adam = { learningRate: 0.01, beta1: 0.5, beta2: 0.999, epsilon: 1e-7, step: 1 };
  const buffers = { length: W, parameter: w, gradient: dw, first: out(W), second: out(W) };
  recordAdamStep(writer, buffers, adam);
  return results;
}
