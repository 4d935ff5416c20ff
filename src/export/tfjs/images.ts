import type { Call, Lowering } from './call';
import type { AttributeValue } from './graph-def';

/** Kernels over `[N, H, W, C]`. */
export const IMAGE_LOWERINGS: Readonly<Record<string, Lowering>> = {
  Conv2D: (call) => convolution(call, 'Conv2D'),
  DepthwiseConv2dNative: (call) => convolution(call, 'DepthwiseConv2dNative'),
  Conv2DBackpropInput: (call) => {
    requireChannelsLast(call);
    const inputs = [call.sizes(call.output.shape), call.input('filter')!, call.input('dy')!];
    return [call.writer.node('Conv2DBackpropInput', inputs, { strides: strides(call), ...padding(call) })];
  },
  AvgPool: (call) => pool(call, 'AvgPool'),
  MaxPool: (call) => pool(call, 'MaxPool'),
  FusedBatchNorm: (call) => {
    const { length } = call.tensor('mean').shape;
    // The loader knows a moment of each channel only.
    if (length !== 1) throw call.unsupported('mean');
    const channels = call.tensor('mean').shape[0]!;
    const filled = (name: string, value: number) =>
      call.input(name) ??
      call.writer.constant({
        name,
        type: 'float32',
        shape: [channels],
        values: new Float32Array(channels).fill(value),
      });
    const inputs = [
      call.input('x')!,
      filled('scale', 1),
      filled('offset', 0),
      call.input('mean')!,
      call.input('variance')!,
    ];
    return [
      call.writer.node('FusedBatchNormV3', inputs, {
        epsilon: { float: call.number('varianceEpsilon') },
        is_training: { flag: false },
        data_format: { text: 'NHWC' },
      }),
    ];
  },
  ResizeBilinear: (call) => resize(call, 'ResizeBilinear'),
  ResizeNearestNeighbor: (call) => resize(call, 'ResizeNearestNeighbor'),
  DepthToSpace: (call) => {
    requireChannelsLast(call);
    return call.append('DepthToSpace', [], {
      block_size: { int: call.number('blockSize') },
      data_format: { text: 'NHWC' },
    });
  },
  LRN: (call) =>
    call.append('LRN', [], {
      depth_radius: { int: call.number('depthRadius') },
      bias: { float: call.number('bias') },
      alpha: { float: call.number('alpha') },
      beta: { float: call.number('beta') },
    }),
};

function convolution(call: Call, op: string): readonly string[] {
  requireChannelsLast(call);
  const dilations = call.node.attributes.dilations == null ? [1, 1] : call.numbers('dilations', 2);
  return [
    call.writer.node(op, [call.input('x')!, call.input('filter')!], {
      strides: strides(call),
      ...padding(call),
      dilations: { ints: [1, ...dilations, 1] },
      data_format: { text: 'NHWC' },
    }),
  ];
}

function pool(call: Call, op: string): readonly string[] {
  const { padding: kind } = padding(call) as { padding: { text: string } };
  if (kind.text === 'EXPLICIT') throw call.unsupported('pad');
  return call.append(op, [], {
    ksize: { ints: [1, ...call.numbers('filterSize', 2), 1] },
    strides: strides(call),
    padding: kind,
  });
}

function resize(call: Call, op: string): readonly string[] {
  return call.append(op, [call.integers('size')], {
    align_corners: call.flag('alignCorners'),
    half_pixel_centers: call.flag('halfPixelCenters'),
  });
}

const strides = (call: Call): AttributeValue => ({ ints: [1, ...call.numbers('strides', 2), 1] });

/** `same`, `valid`, zeros on every side, or zeros before and after each axis. */
function padding(call: Call): Readonly<Record<string, AttributeValue>> {
  const { pad } = call.node.attributes;
  if (pad === 'same') return { padding: { text: 'SAME' } };
  if (pad === 'valid' || pad === 0) return { padding: { text: 'VALID' } };
  const sides = typeof pad === 'number' ? [0, 0, pad, pad, pad, pad, 0, 0] : call.rows('pad').flat();
  return { padding: { text: 'EXPLICIT' }, explicit_paddings: { ints: sides } };
}

function requireChannelsLast(call: Call): void {
  const { dataFormat } = call.node.attributes;
  if (dataFormat != null && dataFormat !== 'NHWC') throw call.unsupported('dataFormat');
}
