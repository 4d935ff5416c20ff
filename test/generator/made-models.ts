import { Draws } from '../../src/data/draws';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { tensorOf } from '../../src/formats/onnx/tensor-of';
import type { Fixture } from './fixtures';

/** A builder with random weights. */
class RandomGraph extends OnnxBuilder {
  private readonly draws = new Draws(11, 0);

  weight(
    shape: readonly number[],
    deviation: number,
    mean = 0,
    type: 'float32' | 'float16' = 'float32',
  ): string {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, () => mean + deviation * this.draws.normal());
    return this.constant(values, shape, type);
  }

  /** A square convolution that keeps the size, He-scaled. */
  conv(x: string, inputs: number, outputs: number, size = 3): string {
    const kernel = this.weight([outputs, inputs, size, size], Math.sqrt(1.5 / (inputs * size * size)));
    const pads = new Array<number>(4).fill((size - 1) / 2);
    return this.node('Conv', [x, kernel, this.weight([outputs], 0.1)], { kernel_shape: [size, size], pads });
  }

  dense(x: string, inputs: number, outputs: number): string {
    const kernel = this.weight([inputs, outputs], Math.sqrt(1.5 / inputs));
    return this.node('Gemm', [x, kernel, this.weight([outputs], 0.1)]);
  }

  reshape(x: string, shape: readonly number[]): string {
    return this.node('Reshape', [x, this.integers(shape)]);
  }
}

const LATENTS = [{ z: [1, 6] }, { z: [3, 6] }];

/** Opset 9's way to resize; constants as nodes. */
function opset9(): Uint8Array {
  const graph = new RandomGraph(9);
  let x = graph.dense(graph.input('z', ['N', 6]), 6, 4 * 3 * 3);
  x = graph.reshape(x, [-1, 4, 3, 3]);
  x = graph.node('Upsample', [x, graph.constant([1, 1, 2, 2])], { mode: 'nearest' });
  x = graph.conv(graph.node('Clip', [x], { min: -1, max: 1.5 }), 4, 4);
  x = graph.node('Upsample', [x, graph.constant([1, 1, 2, 3])], { mode: 'linear' });
  x = graph.node('Slice', [x], { starts: [1, -9], ends: [2 ** 53 - 1, 1000], axes: [2, 3] });
  x = graph.node('Pad', [x], { pads: [0, 0, 1, 2, 0, 0, 0, 1], mode: 'constant', value: 0.5 });
  x = graph.node('Squeeze', [graph.node('Unsqueeze', [x], { axes: [0] })], { axes: [0] });
  const [a, b] = graph.nodeOf('Split', [x], { axis: 1, split: [1, 3] }, 2) as [string, string];
  x = graph.node('Concat', [graph.node('ReduceSum', [b], { axes: [1], keepdims: 1 }), a], { axis: 1 });
  return graph.output(graph.node('Tanh', [graph.conv(x, 2, 3)]), ['N', 3, 'H', 'W']).toBytes();
}

/** What a frozen dropout, identities and constants of every kind come to. */
function opset12(): Uint8Array {
  const graph = new RandomGraph(12);
  let x = graph.dense(graph.input('z', ['N', 6]), 6, 16);
  const ratio = graph.node('Constant', [], { value_float: 0.5 });
  const training = graph.constant([0], [], 'bool');
  x = graph.node('Identity', [graph.node('Dropout', [x, ratio, training])]);
  x = graph.node('Reshape', [x, graph.node('Constant', [], { value_ints: [0, 4, 2, 2] })]);
  const floor = graph.node('Constant', [], { value: tensorOf([-0.5], [], 'float32') });
  x = graph.node('Clip', [x, floor]);
  x = graph.node('Resize', [x, graph.constant([]), graph.constant([1, 1, 2.5, 2.5])], {
    mode: 'linear',
    coordinate_transformation_mode: 'pytorch_half_pixel',
  });
  x = graph.node('MatMul', [x, graph.weight([5, 7], 0.5)]);
  const doubled = graph.node('Cast', [graph.node('Cast', [x], { to: 11 })], { to: 1 });
  return graph.output(graph.conv(doubled, 4, 3), ['N', 3, 5, 7]).toBytes();
}

/** Channels last, padded by rule, as Keras's models come: transposes around every convolution. */
function channelsLast(): Uint8Array {
  const graph = new RandomGraph(13);
  let x = graph.input('x', ['N', 'H', 'W', 3]);
  const first = (value: string) => graph.node('Transpose', [value], { perm: [0, 3, 1, 2] });
  const last = (value: string) => graph.node('Transpose', [value], { perm: [0, 2, 3, 1] });
  x = last(
    graph.node('Conv', [first(x), graph.weight([8, 3, 4, 4], 0.2)], {
      auto_pad: 'SAME_UPPER',
      strides: [2, 2],
      kernel_shape: [4, 4],
    }),
  );
  x = graph.node('Add', [x, graph.weight([8], 0.2)]);
  x = graph.node('LeakyRelu', [graph.node('Mul', [x, graph.weight([1, 1, 1, 8], 0.3, 1)])], { alpha: 0.2 });
  x = last(
    graph.node('ConvTranspose', [first(x), graph.weight([8, 5, 3, 3], 0.25)], {
      auto_pad: 'SAME_LOWER',
      strides: [2, 2],
      kernel_shape: [3, 3],
    }),
  );
  x = last(
    graph.node('MaxPool', [first(x)], { auto_pad: 'SAME_UPPER', kernel_shape: [2, 2], strides: [1, 1] }),
  );
  return graph.output(graph.node('Softmax', [x], { axis: -1 }), ['N', 'H2', 'W2', 5]).toBytes();
}

/** Weights in half precision, widened by a node each. */
function halfWeights(): Uint8Array {
  const graph = new RandomGraph(17);
  const wide = (shape: readonly number[], deviation: number) =>
    graph.node('Cast', [graph.weight(shape, deviation, 0, 'float16')], { to: 1 });
  let x = graph.node('Gemm', [graph.input('z', ['N', 6]), wide([6, 36], 0.5), wide([36], 0.1)]);
  x = graph.node('Relu', [graph.reshape(x, [-1, 4, 3, 3])]);
  x = graph.node('ConvTranspose', [x, wide([4, 3, 4, 4], 0.3), wide([3], 0.1)], {
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  return graph.output(graph.node('Tanh', [x]), ['N', 3, 6, 6]).toBytes();
}

/** Axes as inputs, groups with one scale each, sizes that keep the aspect. */
function opset18(): Uint8Array {
  const graph = new RandomGraph(18);
  let x = graph.dense(graph.input('z', ['N', 6]), 6, 8 * 4 * 4);
  x = graph.reshape(x, [-1, 8, 4, 4]);
  x = graph.node('GroupNormalization', [x, graph.weight([2], 0.3, 1), graph.weight([2], 0.3)], {
    num_groups: 2,
    epsilon: 1e-3,
  });
  x = graph.node('Mish', [x]);
  x = graph.node('Resize', [x, '', '', graph.integers([10, 12])], {
    axes: [2, 3],
    keep_aspect_ratio_policy: 'not_larger',
    mode: 'linear',
  });
  const parts = graph.nodeOf('Split', [x], { axis: 1, num_outputs: 3 }, 3);
  const [a, b, c] = parts as [string, string, string];
  x = graph.node('Concat', [graph.node('Mul', [a, b]), c], { axis: 1 });
  x = graph.node('Pad', [x, graph.integers([1, 0, 2, -1]), '', graph.integers([2, 3])], { mode: 'edge' });
  const mean = graph.node('ReduceMean', [x, graph.integers([1, -1])], { keepdims: 1 });
  const norm = graph.node('ReduceL2', [x, graph.integers([1])]);
  x = graph.node('Div', [graph.node('Sub', [x, mean]), graph.node('Add', [norm, graph.constant([1], [])])]);
  return graph.output(graph.conv(x, 5, 3), ['N', 3, 'H', 'W']).toBytes();
}

/** Padding that wraps, resizes by symmetric half pixels, dilated pools. */
function opset19(): Uint8Array {
  const graph = new RandomGraph(19);
  let x = graph.input('x', ['N', 3, 'H', 'W']);
  x = graph.node('Pad', [x, graph.integers([0, 0, 2, 1, 0, 0, 1, 3])], { mode: 'wrap' });
  x = graph.node('AveragePool', [graph.conv(x, 3, 4)], { kernel_shape: [2, 3], dilations: [2, 1] });
  x = graph.node('Resize', [x, '', graph.constant([1, 1, 1.7, 1.4])], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel_symmetric',
  });
  x = graph.node('Resize', [x, '', graph.constant([1, 1, 1.5, 2])], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
  return graph.output(x, ['N', 4, 'H2', 'W2']).toBytes();
}

/** GELU both ways, layer norm over two axes. */
function opset20(): Uint8Array {
  const graph = new RandomGraph(20);
  let x = graph.dense(graph.input('z', ['N', 6]), 6, 24);
  x = graph.node('Gelu', [x]);
  x = graph.node('Gelu', [graph.dense(x, 24, 24)], { approximate: 'tanh' });
  x = graph.reshape(x, [0, 2, 3, 4]);
  x = graph.node('LayerNormalization', [x, graph.weight([3, 4], 0.3, 1), graph.weight([3, 4], 0.3)], {
    axis: -2,
    epsilon: 1e-4,
  });
  const most = graph.node('ReduceMax', [x, graph.integers([3])], { keepdims: 1 });
  x = graph.node('Where', [
    graph.node('Greater', [x, graph.node('Mul', [most, graph.constant([0.5], [])])]),
    most,
    x,
  ]);
  return graph.output(x, ['N', 2, 3, 4]).toBytes();
}

/** Groups with a scale for each channel. */
function opset21(): Uint8Array {
  const graph = new RandomGraph(21);
  let x = graph.conv(graph.input('x', ['N', 3, 'H', 'W']), 3, 6);
  x = graph.node('GroupNormalization', [x, graph.weight([6], 0.3, 1), graph.weight([6], 0.3)], {
    num_groups: 3,
  });
  const slope = graph.weight([6, 1, 1], 0.2);
  x = graph.node('PRelu', [x, slope]);
  const shape = graph.node('Shape', [x], { start: 2 });
  const twice = graph.node('Mul', [shape, graph.integers([2, 2])]);
  const sizes = graph.node('Concat', [graph.node('Shape', [x], { end: 2 }), twice], { axis: 0 });
  x = graph.node('Resize', [x, '', '', sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  });
  return graph.output(graph.conv(x, 6, 3, 1), ['N', 3, 'H2', 'W2']).toBytes();
}

const IMAGES = [{ x: [1, 3, 8, 8] }, { x: [2, 3, 7, 11] }];

/** Models that PyTorch does not export so: old and new operators, and other exporters' habits. */
export const MADE_MODELS: readonly Fixture[] = [
  { name: 'made-9', bytes: opset9, shapes: LATENTS },
  { name: 'made-12', bytes: opset12, shapes: LATENTS },
  { name: 'made-channels-last', bytes: channelsLast, shapes: [{ x: [1, 8, 8, 3] }, { x: [2, 9, 12, 3] }] },
  { name: 'made-half-weights', bytes: halfWeights, shapes: LATENTS },
  { name: 'made-18', bytes: opset18, shapes: LATENTS },
  { name: 'made-19', bytes: opset19, shapes: IMAGES },
  { name: 'made-20', bytes: opset20, shapes: LATENTS },
  { name: 'made-21', bytes: opset21, shapes: IMAGES },
];
