import * as abi from '../../assembly/abi/elementwise';
import { PLAIN_PRODUCT, REDUCE_MAX, REDUCE_SUM } from '../../assembly/abi/reduce';
import { conv2d, conv2dInputGradient } from '../../src/program/records/conv';
import type { ConvShape } from '../../src/program/records/conv-shape';
import { depthwiseConv } from '../../src/program/records/depthwise';
import { binary, cast, select, unary } from '../../src/program/records/elementwise';
import { gemm } from '../../src/program/records/gemm';
import { copy, cumsum, fill, gather, oneHot, strided } from '../../src/program/records/layout';
import { recordMirrorPad } from '../../src/program/records/mirror-pad';
import { type NormalizeOver, recordNormalize } from '../../src/program/records/normalize';
import { recordPool } from '../../src/program/records/pool';
import { recordRandomNormal, recordRandomUniform } from '../../src/program/records/random';
import { reduce, reduceArg, reducePlain } from '../../src/program/records/reduce';
import { recordResize } from '../../src/program/records/resize';
import { softmax } from '../../src/program/records/softmax';
import type { Trace } from '../../src/program/trace';
import { TraceBuilder } from '../program/trace-builder';

/** A builder whose results are the trace's outputs. */
class Pen extends TraceBuilder {
  private readonly results: number[] = [];
  private draws = 0;

  /** A result of so many floats. */
  out(length: number): number {
    const at = this.temporary(length);
    this.results.push(at);
    return at;
  }

  /** So many numbers, drawn by the program itself. */
  normal(length: number): number {
    const at = this.temporary(length);
    recordRandomNormal(this, at, length, { seed: 3, draw: this.draws++ });
    return at;
  }

  finish(): Trace {
    return this.trace(...this.results);
  }
}

function written(write: (pen: Pen) => void): Trace {
  const pen = new Pen();
  write(pen);
  return pen.finish();
}

function convolution(
  gradient: boolean,
  [side, inChannels, outChannels, filter, stride]: readonly [number, number, number, number, number],
): Trace {
  const out = Math.ceil(side / stride);
  const shape: ConvShape = {
    batchSize: 1,
    inHeight: side,
    inWidth: side,
    inChannels,
    outHeight: out,
    outWidth: out,
    outChannels,
    filterHeight: filter,
    filterWidth: filter,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padInfo: { top: 1, left: 1 },
  };
  return written((pen) => {
    const [large, small] = [side * side * inChannels, out * out * outChannels];
    const weights = pen.normal(filter * filter * inChannels * outChannels);
    const [from, to] = gradient ? [small, large] : [large, small];
    const given = pen.normal(from);
    const result = pen.temporary(to);
    const [x, y] = gradient ? [result, given] : [given, result];
    if (gradient) conv2dInputGradient(pen, { shape, x, filter: weights, y });
    else conv2d(pen, { shape, x, filter: weights, y });
    const channels = gradient ? inChannels : outChannels;
    const sum = pen.temporary(to);
    const operands = [
      { pointer: result, shape: [to / channels, channels] },
      { pointer: pen.normal(channels), shape: [channels] },
    ] as const;
    binary(pen, 'float', abi.BINARY_ADD, sum, operands[0].shape, operands[0], operands[1]);
    unary(pen, abi.UNARY_LEAKY_RELU, pen.out(to), sum, to, 0.2);
  });
}

function normalization(over: NormalizeOver, channels: number): Trace {
  return written((pen) => {
    const n = 2 * 5 * 7 * channels;
    const buffers = {
      y: pen.out(n),
      x: pen.normal(n),
      mean: pen.out(2 * channels),
      variance: pen.out(2 * channels),
      scale: pen.normal(channels),
      offset: pen.normal(channels),
    };
    recordNormalize(pen, buffers, { shape: [2, 5, 7, channels], over, epsilon: 1e-5 });
  });
}

function elementwise(): Trace {
  return written((pen) => {
    const n = 1031;
    const shape = [n];
    const [a, b] = [pen.normal(n), pen.normal(n)].map((pointer) => ({ pointer, shape }));
    for (const code of [abi.UNARY_TANH, abi.UNARY_EXP, abi.UNARY_SIGMOID, abi.UNARY_ERF, abi.UNARY_SIN]) {
      unary(pen, code, pen.out(n), a!.pointer, n);
    }
    const power = pen.temporary(n);
    unary(pen, abi.UNARY_ABS, power, a!.pointer, n);
    binary(pen, 'float', abi.BINARY_POW, pen.out(n), shape, { pointer: power, shape }, b!);
    const [less, not, both, chosen] = [n, n, n, n].map((length) => pen.temporary(length));
    binary(pen, 'compareFloat', abi.COMPARE_LESS, less!, shape, a!, b!);
    cast(pen, abi.CAST_NOT, not!, less!, n);
    const left = { pointer: less!, shape };
    binary(pen, 'logical', abi.LOGICAL_OR, both!, shape, left, { pointer: not!, shape });
    select(pen, 4, chosen!, both!, a!.pointer, b!.pointer, n);
    copy(pen, pen.out(n), chosen!, n);
    const [whole, sum, equal] = [n, n, n].map((length) => pen.temporary(length));
    cast(pen, abi.CAST_FLOAT_TO_INT, whole!, a!.pointer, n);
    const integers = { pointer: whole!, shape };
    binary(pen, 'int', abi.BINARY_ADD, sum!, shape, integers, integers);
    binary(pen, 'compareInt', abi.COMPARE_EQUAL, equal!, shape, integers, { pointer: sum!, shape });
    cast(pen, abi.CAST_BYTE_TO_FLOAT, pen.out(n), equal!, n);
  });
}

function movement(): Trace {
  return written((pen) => {
    const x = pen.normal(6 * 10 * 12);
    const turned = { pointer: pen.out(720), strides: [1, 60, 6] };
    strided(pen, 4, [6, 10, 12], turned, { pointer: x, strides: [120, 12, 1] });
    const every = { pointer: pen.out(180), strides: [30, 6, 1] };
    strided(pen, 4, [6, 5, 6], every, { pointer: x, strides: [120, 24, 2] });
    const bytes = pen.temporary(60);
    cast(pen, abi.CAST_FLOAT_TO_BYTE, bytes, x, 240);
    const swapped = { pointer: pen.out(60), strides: [1, 20] };
    strided(pen, 1, [20, 12], swapped, { pointer: bytes, strides: [12, 1] });
    const indices = pen.temporary(5);
    cast(pen, abi.CAST_FLOAT_TO_INT, indices, x, 5);
    gather(pen, pen.out(5 * 72), x, indices, { batch: 1, outer: 1, size: 10, count: 5, slice: 72 });
    oneHot(pen, pen.out(5 * 9), indices, 5, 9, 1, 0);
    fill(pen, pen.out(33), 33, 7);
    recordMirrorPad(
      pen,
      { y: pen.out(12 * 12 * 5), x },
      {
        inputShape: [9, 10, 5],
        paddings: [
          [1, 2],
          [2, 0],
          [0, 0],
        ],
        mode: 'reflect',
      },
    );
  });
}

function images(): Trace {
  return written((pen) => {
    const inputShape = [2, 9, 8, 5] as const;
    const x = pen.normal(720);
    for (const method of ['nearest', 'bilinear'] as const) {
      const settings = { method, inputShape, alignCorners: false, halfPixelCenters: true } as const;
      recordResize(pen, { y: pen.out(2 * 18 * 16 * 5), x }, { ...settings, size: [18, 16] });
    }
    for (const kind of ['average', 'max'] as const) {
      recordPool(
        pen,
        kind,
        { y: pen.out(2 * 5 * 4 * 5), x },
        {
          batch: 2,
          channels: 5,
          input: [9, 8],
          output: [5, 4],
          window: [3, 2],
          stride: [2, 2],
          before: [1, 0],
        },
      );
    }
    depthwiseConv(pen, {
      shape: {
        batch: 2,
        channels: 5,
        input: [9, 8],
        output: [5, 8],
        window: [3, 3],
        stride: [2, 1],
        dilation: [1, 1],
        before: [1, 1],
      },
      y: pen.out(2 * 5 * 8 * 5),
      x,
      filter: pen.normal(45),
    });
    softmax(pen, pen.out(720), x, 144, 5);
    softmax(pen, pen.out(720), x, 40, 18, true);
    reduce(pen, REDUCE_SUM, pen.out(90), x, [90, 8], [1], 8);
    reduce(pen, REDUCE_MAX, pen.out(80), x, [9, 80], [0]);
    reduceArg(pen, REDUCE_MAX, pen.out(90), x, [90, 8], 1);
    cumsum(pen, pen.out(90 * 8), x, 90, 8, false, true);
    reducePlain(pen, PLAIN_PRODUCT, 4, pen.out(72), x, [72, 10], [1]);
    recordRandomUniform(pen, pen.out(100), 100, { seed: 9, draw: 4 }, -1, 1);
  });
}

function products(): Trace {
  return written((pen) => {
    for (const [m, n, k] of [
      [13, 40, 21],
      [1, 200, 33],
      [50, 2, 30],
    ] as const) {
      gemm(pen, { c: pen.out(m * n), a: pen.normal(m * k), b: pen.normal(k * n), m, n, k });
    }
  });
}

/** Small programs that use every kernel of inference between them. */
export function inferenceTraces(): Trace[] {
  return [
    convolution(false, [24, 5, 12, 3, 1]),
    convolution(false, [9, 12, 3, 3, 2]),
    convolution(false, [32, 16, 24, 4, 2]),
    convolution(false, [32, 32, 32, 3, 1]),
    convolution(true, [32, 24, 32, 4, 2]),
    convolution(true, [8, 64, 72, 4, 2]),
    convolution(true, [16, 3, 24, 4, 2]),
    convolution(true, [18, 12, 20, 3, 2]),
    normalization('instance', 5),
    normalization('instance', 8),
    normalization('layer', 5),
    elementwise(),
    movement(),
    images(),
    products(),
  ];
}
