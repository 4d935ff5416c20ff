import type {
  CastAttrs,
  ClipByValueAttrs,
  LeakyReluAttrs,
  LogSoftmaxAttrs,
  SoftmaxAttrs,
  StepAttrs,
} from '@tensorflow/tfjs-core';
import { ONNX_TYPES } from '../../formats/onnx/model';
import { inputsOf, type TracedNode, type TracedTensor } from '../traced-graph';
import { axisIn, type Layout } from './layout';
import { attributesOf, inputOf, type OnnxOperator, type OnnxOperators, outputOf } from './operator';
import type { OnnxWriter } from './writer';

/** The layout that a value is at hand in, channels first where both are. */
export function layoutOf(writer: OnnxWriter, tensor: TracedTensor): Layout {
  return tensor.shape.length >= 3 && writer.has(tensor, 'first') ? 'first' : 'last';
}

/** An operator of one value that keeps its layout. `make` gives the output's name. */
function unary(make: (writer: OnnxWriter, x: string, node: TracedNode) => string): OnnxOperator {
  return (writer, node) => {
    const x = inputOf(node, Object.keys(node.inputs)[0]!);
    const layout = layoutOf(writer, x);
    writer.define(outputOf(node), layout, make(writer, writer.value(x, layout), node));
  };
}

const named = (op: string) => unary(({ builder }, x) => builder.node(op, [x]));

/**
 * The layout in which values are broadcast against each other: channels first where one of the output's rank has them
 * so, and nothing else would have to be moved that has a lower rank.
 */
export function commonLayout(
  writer: OnnxWriter,
  inputs: readonly TracedTensor[],
  rank: number,
): { readonly layout: Layout; readonly names: readonly string[] } {
  const wanted = inputs.some(
    (input) =>
      !writer.isConstant(input) && input.shape.length === rank && layoutOf(writer, input) === 'first',
  );
  if (wanted) {
    const names = inputs.map((input) => writer.operand(input, rank, 'first'));
    if (names.every((name) => name !== undefined)) return { layout: 'first', names };
  }
  return { layout: 'last', names: inputs.map((input) => writer.value(input)) };
}

/** An operator of several values that are broadcast. */
function broadcast(make: (writer: OnnxWriter, inputs: readonly string[]) => string): OnnxOperator {
  return (writer, node) => {
    const output = outputOf(node);
    const { layout, names } = commonLayout(writer, inputsOf(node), output.shape.length);
    writer.define(output, layout, make(writer, names));
  };
}

const binary = (op: string) => broadcast(({ builder }, inputs) => builder.node(op, inputs));

function overAxis(op: string, axisOf: (node: TracedNode) => number): OnnxOperator {
  return (writer, node) => {
    const x = inputOf(node, 'logits');
    const layout = layoutOf(writer, x);
    const axis = axisIn(axisOf(node), x.shape.length, layout);
    writer.emit(outputOf(node), op, [writer.value(x, layout)], { axis }, layout);
  };
}

export const ELEMENTWISE: OnnxOperators = {
  ...Object.fromEntries(
    (
      'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor Log Reciprocal Relu Round Selu ' +
      'Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh'
    )
      .split(' ')
      .map((op) => [op, named(op)]),
  ),
  Neg: named('Neg'),
  LogicalNot: named('Not'),
  IsNan: named('IsNaN'),
  LeakyRelu: unary(({ builder }, x, node) =>
    builder.node('LeakyRelu', [x], { alpha: attributesOf<LeakyReluAttrs>(node).alpha }),
  ),
  Relu6: unary((writer, x) => writer.builder.node('Clip', [x, writer.scalar(0), writer.scalar(6)])),
  ClipByValue: unary((writer, x, node) => {
    const { clipValueMin, clipValueMax } = attributesOf<ClipByValueAttrs>(node);
    const { dtype } = outputOf(node);
    const limits = [clipValueMin, clipValueMax].map((value) => writer.scalar(value, dtype));
    return writer.builder.node('Clip', [x, ...limits]);
  }),
  Square: unary(({ builder }, x) => builder.node('Mul', [x, x])),
  Rsqrt: unary(({ builder }, x) => builder.node('Reciprocal', [builder.node('Sqrt', [x])])),
  Log1p: unary((writer, x) =>
    writer.builder.node('Log', [writer.builder.node('Add', [x, writer.scalar(1)])]),
  ),
  Expm1: unary((writer, x) =>
    writer.builder.node('Sub', [writer.builder.node('Exp', [x]), writer.scalar(1)]),
  ),
  Step: unary((writer, x, node) => {
    const { alpha } = attributesOf<StepAttrs>(node);
    const positive = writer.builder.node('Greater', [x, writer.scalar(0)]);
    return writer.builder.node('Where', [positive, writer.scalar(1), writer.scalar(alpha)]);
  }),
  Cast: unary(({ builder }, x, node) => {
    const { dtype } = attributesOf<CastAttrs>(node);
    return builder.node('Cast', [x], { to: ONNX_TYPES.indexOf(dtype as 'float32' | 'int32' | 'bool') });
  }),
  ZerosLike: unary((writer, x, node) => filled(writer, x, 0, node)),
  OnesLike: unary((writer, x, node) => filled(writer, x, 1, node)),

  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  Prelu: binary('PRelu'),
  SquaredDifference: broadcast(({ builder }, inputs) => {
    const difference = builder.node('Sub', inputs);
    return builder.node('Mul', [difference, difference]);
  }),
  Equal: binary('Equal'),
  NotEqual: broadcast(({ builder }, inputs) => builder.node('Not', [builder.node('Equal', inputs)])),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessOrEqual'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  Select(writer, node) {
    const output = outputOf(node);
    const [condition, t, e] = ['condition', 't', 'e'].map((name) => inputOf(node, name));
    // TF.js also takes a condition for each row, which is not how others broadcast.
    if (condition!.shape.length !== output.shape.length) throw writer.unsupported(node, 'by rows');
    const { layout, names } = commonLayout(writer, [condition!, t!, e!], output.shape.length);
    writer.emit(output, 'Where', names, {}, layout);
  },
  AddN(writer, node) {
    const output = outputOf(node);
    const { layout, names } = commonLayout(writer, inputsOf(node), output.shape.length);
    writer.emit(output, 'Sum', names, {}, layout);
  },
  Softmax: overAxis('Softmax', (node) => attributesOf<SoftmaxAttrs>(node).dim),
  LogSoftmax: overAxis('LogSoftmax', (node) => attributesOf<LogSoftmaxAttrs>(node).axis),
};

function filled(writer: OnnxWriter, like: string, value: number, node: TracedNode): string {
  const { builder } = writer;
  return builder.node('Expand', [writer.scalar(value, outputOf(node).dtype), builder.node('Shape', [like])]);
}
