import {
  CAST_BYTE_TO_FLOAT,
  CAST_BYTE_TO_INT,
  CAST_FLOAT_TO_BYTE,
  CAST_FLOAT_TO_INT,
  CAST_INT_TO_BYTE,
  CAST_INT_TO_FLOAT,
} from '../../../assembly/abi/elementwise';
import { ONNX_TYPES, type OnnxNode } from '../../formats/onnx/model';
import { cast } from '../../program/records/elementwise';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import type { Context, Operator } from './context';
import { convertKnown } from './fold';
import { heldType } from './initializer';
import { orderOf, type Value, type ValueType } from './value';

const CASTS: Readonly<Record<ValueType, Readonly<Partial<Record<ValueType, number>>>>> = {
  float32: { int32: CAST_FLOAT_TO_INT, bool: CAST_FLOAT_TO_BYTE },
  int32: { float32: CAST_INT_TO_FLOAT, bool: CAST_INT_TO_BYTE },
  bool: { float32: CAST_BYTE_TO_FLOAT, int32: CAST_BYTE_TO_INT },
};

/** The same numbers held as another type: cut to whole ones, or to whether they are 0; in the order in which they lie. */
export function castTo(context: Context, node: OnnxNode, value: Value, type: ValueType): Value {
  const code = CASTS[value.type][type];
  if (code === undefined) return value;
  const { known, shape } = value;
  if (known) return context.constant(type, shape, convertKnown(type, known));
  return convert(context, node, value, type, code);
}

/** What a kernel makes of each element. @param code `CAST_…`. */
export function convert(
  context: Context,
  node: OnnxNode,
  value: Value,
  type: ValueType,
  code: number,
): Value {
  const order = orderOf(value);
  const x = context.dense(node, value, order);
  const y = context.allocate(node, type, value.shape, order);
  cast(context.recorder, code, y.address, x.address, sizeOf(value.shape));
  return y;
}

/** How elements are held of a type that is given by its number in `TensorProto.DataType`. */
export function typeOf(context: Context, node: OnnxNode, name: string, fallback?: number): ValueType {
  const number = numberOf(node, name, fallback);
  const type = ONNX_TYPES[number];
  if (!type) throw context.fail(node, `${name} to be a type of numbers`, `${number}`);
  return heldType({ type });
}

export const CAST_OPERATORS: Readonly<Record<string, Operator>> = {
  Cast: (context, node) =>
    context.output(node, castTo(context, node, context.input(node, 0), typeOf(context, node, 'to'))),
  CastLike: (context, node) =>
    context.output(node, castTo(context, node, context.input(node, 0), context.input(node, 1).type)),
};
