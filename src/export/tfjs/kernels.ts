import { UnsupportedOpError } from '../../errors';
import { isOpen } from '../traced-graph';
import type { Call, Lowering } from './call';
import { IMAGE_LOWERINGS } from './images';

/** Kernels that are an operator of the same inputs without attributes, where its name is another. */
const RENAMED: Readonly<Record<string, string>> = {
  Add: 'AddV2',
  Multiply: 'Mul',
  Mod: 'FloorMod',
  Select: 'SelectV2',
};

/** Those whose name is the same. */
const SAME =
  `Abs Acos Acosh AddN Asin Asinh Atan Atan2 Atanh Ceil Cos Cosh Elu Equal Erf Exp Expm1 Floor FloorDiv
  GatherNd Greater GreaterEqual Identity IsFinite IsInf IsNan Less LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr
  Maximum Minimum Neg NotEqual OnesLike Pow Prelu RealDiv Reciprocal Relu Relu6 Round Rsqrt Selu Sigmoid Sign Sin Sinh
  Softplus Sqrt Square SquaredDifference Sub Tan Tanh ZerosLike`.split(/\s+/);

const REDUCTIONS = ['All', 'Any', 'Max', 'Mean', 'Min', 'Prod', 'Sum'];

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(SAME.map((op) => [op, (call: Call) => call.append(op)])),
  ...Object.fromEntries(Object.entries(RENAMED).map(([kernel, op]) => [kernel, (call) => call.append(op)])),
  ...Object.fromEntries(REDUCTIONS.map((op) => [op, (call: Call) => reduce(call, op)])),
  ...IMAGE_LOWERINGS,

  LeakyRelu: (call) => call.append('LeakyRelu', [], { alpha: { float: call.number('alpha') } }),
  ClipByValue: (call) => call.append('ClipByValue', [call.float('clipValueMin'), call.float('clipValueMax')]),
  Cast: (call) => call.append('Cast', [], { DstT: call.outputType }),
  Softmax: (call) => alongLast(call, 'dim', 'Softmax'),
  LogSoftmax: (call) => alongLast(call, 'axis', 'LogSoftmax'),
  Cumsum: (call) =>
    call.append('Cumsum', [call.integer('axis')], {
      exclusive: call.flag('exclusive'),
      reverse: call.flag('reverse'),
    }),
  ArgMax: (call) => call.append('ArgMax', [call.integer('axis')]),
  ArgMin: (call) => call.append('ArgMin', [call.integer('axis')]),
  OneHot: (call) =>
    call.append('OneHot', [call.integer('depth'), call.float('onValue'), call.float('offValue')], {
      T: call.outputType,
    }),

  BatchMatMul: (call) =>
    call.append('BatchMatMulV2', [], { adj_x: call.flag('transposeA'), adj_y: call.flag('transposeB') }),
  Einsum: (call) =>
    call.append('Einsum', [], {
      N: { int: call.inputs.length },
      equation: { text: call.text('equation') },
    }),

  Reshape: (call) => {
    const { shape } = call.output;
    // One size may be left to the loader, which is quicker than computing it.
    const open = shape.filter(isOpen).length === 1;
    const sizes = open ? call.writer.integers(shape.map((size) => Math.max(size, -1))) : call.sizes(shape);
    return call.append('Reshape', [sizes]);
  },
  Transpose: (call) => call.append('Transpose', [call.integers('perm')]),
  ExpandDims: (call) => call.append('ExpandDims', [call.integer('dim')]),
  Reverse: (call) => call.append('ReverseV2', [call.integers('dims')]),
  Tile: (call) => call.append('Tile', [call.sizes(call.numbers('reps'))]),
  GatherV2: (call) =>
    call.append('GatherV2', [call.integer('axis', 0)], { batch_dims: { int: call.number('batchDims', 0) } }),

  Concat: (call) => call.append('ConcatV2', [call.integer('axis')], { N: { int: call.inputs.length } }),
  Pack: (call) =>
    call.append('Pack', [], { N: { int: call.inputs.length }, axis: { int: call.number('axis') } }),
  Unpack: (call) =>
    call.appendSeveral('Unpack', [], {
      num: { int: call.node.outputs.length },
      axis: { int: call.number('axis') },
    }),
  SplitV: (call) => {
    const axis = call.number('axis');
    const sizes = call.node.outputs.map(({ shape }) => shape.at(axis)!);
    return call.appendSeveral('SplitV', [call.sizes(sizes), call.integer('axis')], {
      num_split: { int: sizes.length },
    });
  },
  Slice: (call) => {
    const begin = call.numbers('begin');
    const { shape } = call.tensor('x');
    const sizes = call.numbers('size');
    // −1 is "to the end": an axis that is kept whole needs no number of samples.
    const whole = sizes.map((size, axis) => (begin[axis] === 0 && size === shape[axis] ? -1 : size));
    const known = whole.every((size, axis) => !isOpen(sizes[axis]!) || size === -1);
    return call.append('Slice', [call.sizes(begin), known ? call.writer.integers(whole) : call.sizes(sizes)]);
  },
  StridedSlice: (call) =>
    call.append(
      'StridedSlice',
      ['begin', 'end', 'strides'].map((name) => call.integers(name)),
      {
        begin_mask: { int: call.number('beginMask', 0) },
        end_mask: { int: call.number('endMask', 0) },
        ellipsis_mask: { int: call.number('ellipsisMask', 0) },
        new_axis_mask: { int: call.number('newAxisMask', 0) },
        shrink_axis_mask: { int: call.number('shrinkAxisMask', 0) },
      },
    ),
  PadV2: (call) =>
    call.append('PadV2', [call.writer.integers(call.rows('paddings')), call.float('constantValue')]),
  MirrorPad: (call) =>
    call.append('MirrorPad', [call.writer.integers(call.rows('paddings'))], {
      mode: { text: call.text('mode').toUpperCase() },
    }),
};

/**
 * Writes a kernel call as operators of a graph model.
 *
 * @returns the names of its outputs.
 * @throws {UnsupportedOpError} if graph models have no such operator.
 */
export function lower(call: Call): readonly string[] {
  const lowering = Object.hasOwn(LOWERINGS, call.kernel) ? LOWERINGS[call.kernel] : undefined;
  if (lowering) return lowering(call);
  throw new UnsupportedOpError(
    `export: kernels must have an operator in graph models, got ${call.kernel}; export to onnx, or use other layers`,
  );
}

/** TF.js calls the axes of Max by another name; without any all are meant. */
function reduce(call: Call, op: string): readonly string[] {
  const name = op === 'Max' ? 'reductionIndices' : 'axis';
  const axes =
    call.node.attributes[name] == null ? call.tensor('x').shape.map((_, axis) => axis) : call.numbers(name);
  return call.append(op, [call.writer.integers(axes)], { keep_dims: call.flag('keepDims') });
}

/** Operators that know no other axis than the last. */
function alongLast(call: Call, attribute: string, op: string): readonly string[] {
  const axis = call.number(attribute, -1);
  if (axis !== -1 && axis !== call.output.shape.length - 1) throw call.unsupported(attribute);
  return call.append(op);
}
