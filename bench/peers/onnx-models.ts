import { OnnxBuilder } from '../../src/formats/onnx/builder';
import type { Network } from '../../src/index';

/** Kernel 4, stride 2, padding 1 on every side: doubles an image. */
const DOUBLE = { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] };

interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** `a · b`. */
export function matMulModel(a: readonly number[], b: readonly number[]): Uint8Array {
  const graph = new OnnxBuilder();
  const y = graph.node('MatMul', [graph.input('a', a), graph.input('b', b)]);
  return graph.output(y, [a[0]!, b[1]!]).toBytes();
}

/**
 * A transposed convolution that doubles an image.
 *
 * @param shape of the input, `[N, channels, height, width]`.
 * @param filter `[4, 4, out, channels]`, as TF.js has it.
 */
export function convTransposeModel(shape: readonly number[], filter: Values): Uint8Array {
  const graph = new OnnxBuilder();
  const [count, , height, width] = shape;
  const y = graph.node('ConvTranspose', [graph.input('x', shape), onnxFilter(graph, filter)], DOUBLE);
  return graph.output(y, [count!, filter.shape[2]!, 2 * height!, 2 * width!]).toBytes();
}

/**
 * A DCGAN generator with its weights, in inference: `z` `[N, latent]` to images `[N, channels, size, size]`, as
 * PyTorch would export it.
 */
export function generatorModel(network: Network, batch: number): Uint8Array {
  const graph = new OnnxBuilder();
  const weights = (path: string): Values => {
    const variable = network.parameters.get(path) ?? network.state.get(path)!;
    return { data: variable.dataSync<'float32'>(), shape: variable.shape };
  };
  const vector = (path: string): string => {
    const { data, shape } = weights(path);
    return graph.constant(data, shape);
  };
  const normalized = (x: string, layer: number): string =>
    graph.node(
      'BatchNormalization',
      [x, ...['scale', 'offset', 'mean', 'variance'].map((name) => vector(`${layer}/${name}`))],
      { epsilon: 1e-5 },
    );
  const doubled = (x: string, layer: number): string =>
    graph.node(
      'ConvTranspose',
      [x, onnxFilter(graph, weights(`${layer}/kernel`)), vector(`${layer}/bias`)],
      DOUBLE,
    );

  // The layers of `dcgan`: 0 dense, 1 reshape, 2 normalisation, 3 ReLU; then threes of transposed convolution,
  // normalisation, ReLU; at last a transposed convolution and tanh.
  const z = graph.input('z', [batch, ...network.model.inputShape]);
  const channels = weights('2/scale').data.length;
  const dense = weights('0/kernel');
  const positions = dense.shape[1]! / channels;
  const side = Math.sqrt(positions);
  const kernel = graph.constant(channelsFirst(dense.data, positions, channels), dense.shape);
  const bias = graph.constant(channelsFirst(weights('0/bias').data, positions, channels), [dense.shape[1]!]);
  let x = graph.node('Gemm', [z, kernel, bias]);
  x = graph.node('Reshape', [x, graph.integers([batch, channels, side, side])]);
  x = graph.node('Relu', [normalized(x, 2)]);
  let layer = 4;
  for (; network.parameters.has(`${layer + 1}/scale`); layer += 3) {
    x = graph.node('Relu', [normalized(doubled(x, layer), layer + 1)]);
  }
  const y = graph.node('Tanh', [doubled(x, layer)]);
  const [height, width, depth] = network.outputShape;
  return graph.output(y, [batch, depth!, height!, width!]).toBytes();
}

/** From `[height, width, out, in]` to `[in, out, height, width]`. */
function onnxFilter(graph: OnnxBuilder, { data, shape }: Values): string {
  const [height, width, outputs, inputs] = shape as [number, number, number, number];
  const taps = height * width;
  const values = new Float32Array(data.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let pair = 0; pair < outputs * inputs; pair++) {
      const [output, input] = [Math.floor(pair / inputs), pair % inputs];
      values[(input * outputs + output) * taps + tap] = data[tap * outputs * inputs + pair]!;
    }
  }
  return graph.constant(values, [inputs, outputs, height, width]);
}

/** Each row from `[positions, channels]` to `[channels, positions]`. */
export function channelsFirst(data: Float32Array, positions: number, channels: number): Float32Array {
  const values = new Float32Array(data.length);
  const row = positions * channels;
  for (let at = 0; at < data.length; at++) {
    const inRow = at % row;
    const [position, channel] = [Math.floor(inRow / channels), inRow % channels];
    values[at - inRow + channel * positions + position] = data[at]!;
  }
  return values;
}
