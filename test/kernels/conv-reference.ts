import { expect } from 'vitest';
import {
  type ConvShape,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
} from '../../src/program/records/conv';
import type { KernelHarness } from './harness';
import { expectClose, type Products, values } from './product-reference';

/** A convolution in few words. */
export interface Case {
  readonly n?: number;
  /** height, width, channels */
  readonly x: readonly [number, number, number];
  /** height, width, output channels */
  readonly filter: readonly [number, number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  /** top, bottom, left, right */
  readonly pad?: readonly [number, number, number, number];
}

export function shapeOf({
  n = 2,
  x,
  filter,
  stride = [1, 1],
  dilation = [1, 1],
  pad = [0, 0, 0, 0],
}: Case): ConvShape {
  const size = (axis: 0 | 1) =>
    Math.floor(
      (x[axis] + pad[2 * axis]! + pad[2 * axis + 1]! - (filter[axis] - 1) * dilation[axis] - 1) /
        stride[axis],
    ) + 1;
  return {
    batchSize: n,
    inHeight: x[0],
    inWidth: x[1],
    inChannels: x[2],
    outHeight: size(0),
    outWidth: size(1),
    outChannels: filter[2],
    filterHeight: filter[0],
    filterWidth: filter[1],
    strideHeight: stride[0],
    strideWidth: stride[1],
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
    padInfo: { top: pad[0], left: pad[2] },
  };
}

const products = (length: number): Products => ({
  sum: new Float64Array(length),
  size: new Float64Array(length),
});

function add(to: Products, index: number, product: number): void {
  to.sum[index]! += product;
  to.size[index]! += Math.abs(product);
}

/** The three sums over every (pixel, tap, input channel, output channel), with no cleverness at all. */
export function reference(s: ConvShape, x: Float32Array, w: Float32Array, dy: Float32Array) {
  const y = products(dy.length);
  const dx = products(x.length);
  const dw = products(w.length);
  for (let n = 0; n < s.batchSize; n++) {
    for (let oh = 0; oh < s.outHeight; oh++) {
      for (let ow = 0; ow < s.outWidth; ow++) {
        const out = ((n * s.outHeight + oh) * s.outWidth + ow) * s.outChannels;
        for (let kh = 0; kh < s.filterHeight; kh++) {
          const h = oh * s.strideHeight + kh * s.dilationHeight - s.padInfo.top;
          if (h < 0 || h >= s.inHeight) continue;
          for (let kw = 0; kw < s.filterWidth; kw++) {
            const v = ow * s.strideWidth + kw * s.dilationWidth - s.padInfo.left;
            if (v < 0 || v >= s.inWidth) continue;
            const pixel = ((n * s.inHeight + h) * s.inWidth + v) * s.inChannels;
            const tap = (kh * s.filterWidth + kw) * s.inChannels;
            for (let ci = 0; ci < s.inChannels; ci++) {
              const weights = (tap + ci) * s.outChannels;
              for (let co = 0; co < s.outChannels; co++) {
                add(y, out + co, x[pixel + ci]! * w[weights + co]!);
                add(dx, pixel + ci, dy[out + co]! * w[weights + co]!);
                add(dw, weights + co, dy[out + co]! * x[pixel + ci]!);
              }
            }
          }
        }
      }
    }
  }
  return { y, dx, dw };
}

/** The convolution and both its gradients, in buffers with canaries, compared with `reference` if `check`. */
export function run(harness: KernelHarness, shape: ConvShape, check = true): Float32Array[] {
  harness.reset();
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const taps = shape.filterHeight * shape.filterWidth;
  const lengthX = batchSize * inHeight * inWidth * inChannels;
  const lengthW = taps * inChannels * outChannels;
  const lengthY = batchSize * outHeight * outWidth * outChannels;
  const [xs, ws, ys] = [values(lengthX, 1), values(lengthW, 2), values(lengthY, 3)];
  const [x, filter, y] = [harness.put(xs), harness.put(ws), harness.put(ys)];
  const [outY, outX, outW] = [harness.out(lengthY), harness.out(lengthX), harness.out(lengthW)];
  conv2d(harness, { shape, x, filter, y: outY });
  conv2dInputGradient(harness, { shape, x: outX, filter, y });
  conv2dFilterGradient(harness, { shape, x, filter: outW, y });
  const results = [harness.get(outY, lengthY), harness.get(outX, lengthX), harness.get(outW, lengthW)];
  if (check) {
    const expected = reference(shape, xs, ws, ys);
    expectClose(results[0]!, expected.y, taps * inChannels);
    expectClose(results[1]!, expected.dx, taps * outChannels);
    expectClose(results[2]!, expected.dw, batchSize * outHeight * outWidth);
  }
  expect(harness.overrun()).toBe(0);
  return results;
}
