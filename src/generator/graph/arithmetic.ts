import {
  BINARY_ADD,
  BINARY_DIVIDE,
  BINARY_MAXIMUM,
  BINARY_MINIMUM,
  BINARY_MULTIPLY,
  BINARY_POW,
  BINARY_SUB,
  CAST_IS_NAN,
  CAST_NOT,
  COMPARE_EQUAL,
  COMPARE_GREATER,
  COMPARE_GREATER_EQUAL,
  COMPARE_LESS,
  COMPARE_LESS_EQUAL,
  COMPARE_NOT_EQUAL,
  LOGICAL_AND,
  LOGICAL_OR,
  UNARY_RECIPROCAL,
  UNARY_SQRT,
  UNARY_SQUARE,
} from '../../../assembly/abi/elementwise';
import type { OnnxNode } from '../../formats/onnx/model';
import { castTo, convert } from './cast';
import type { Context, Operator } from './context';
import { applyBinary, applySelect } from './elementwise';
import { Formula } from './formula';
import type { Value, ValueType } from './value';

/** Two operands or any number of them. */
type Reducer = (context: Context, node: OnnxNode, a: Value, b: Value) => Value;

/** A kernel's function: `code` of numbers of either type. */
const kernel =
  (code: number): Reducer =>
  (context, node, a, b) =>
    applyBinary(context, node, a, b, code);

const divide: Reducer = (context, node, a, b) => {
  if (a.type !== 'int32' || b.type !== 'int32') return applyBinary(context, node, a, b, BINARY_DIVIDE);
  const float = (value: Value) => castTo(context, node, value, 'float32');
  const quotient = applyBinary(context, node, float(a), float(b), BINARY_DIVIDE);
  return castTo(context, node, quotient, 'int32');
};

/** Exponents that are cheaper without a logarithm. */
const POWERS: Readonly<Record<number, (make: Formula, x: Value) => Value>> = {
  '-1': (make, x) => make.unary(UNARY_RECIPROCAL, x),
  '0.5': (make, x) => make.unary(UNARY_SQRT, x),
  '1': (_, x) => x,
  '2': (make, x) => make.unary(UNARY_SQUARE, x),
  '3': (make, x) => make.binary(BINARY_MULTIPLY, make.unary(UNARY_SQUARE, x), x),
};

const power: Reducer = (context, node, base, exponent) => {
  const [x, y] = [base, exponent].map((value) => castTo(context, node, value, 'float32')) as [Value, Value];
  const known = exponent.shape.every((size) => size === 1) && exponent.shape.length <= base.shape.length;
  const simple = known ? POWERS[exponent.known?.[0] ?? Number.NaN] : undefined;
  const result = simple
    ? simple(new Formula(context, node), x)
    : applyBinary(context, node, x, y, BINARY_POW);
  return castTo(context, node, result, base.type);
};

const ARITHMETIC: Readonly<Record<string, Reducer>> = {
  Add: kernel(BINARY_ADD),
  Sub: kernel(BINARY_SUB),
  Mul: kernel(BINARY_MULTIPLY),
  Div: divide,
  Pow: power,
};

/** Of any number of operands. */
const VARIADIC: Readonly<Record<string, Reducer>> = {
  Sum: kernel(BINARY_ADD),
  Mean: kernel(BINARY_ADD),
  Max: kernel(BINARY_MAXIMUM),
  Min: kernel(BINARY_MINIMUM),
};

const COMPARISONS: Readonly<Record<string, number>> = {
  Equal: COMPARE_EQUAL,
  Greater: COMPARE_GREATER,
  GreaterOrEqual: COMPARE_GREATER_EQUAL,
  Less: COMPARE_LESS,
  LessOrEqual: COMPARE_LESS_EQUAL,
  Xor: COMPARE_NOT_EQUAL,
};

const LOGIC: Readonly<Record<string, number>> = { And: LOGICAL_AND, Or: LOGICAL_OR };

const arithmetic =
  (reduce: Reducer): Operator =>
  (context, node) =>
    context.output(node, reduce(context, node, context.input(node, 0), context.input(node, 1)));

const variadic =
  (reduce: Reducer): Operator =>
  (context, node) => {
    const [first, ...others] = [0, ...node.inputs.slice(1).map((_, i) => i + 1)].map((i) =>
      context.input(node, i),
    );
    const all = others.reduce((a, b) => reduce(context, node, a, b), first!);
    const mean = node.op === 'Mean' && others.length > 0;
    context.output(
      node,
      mean ? new Formula(context, node).binary(BINARY_MULTIPLY, all, 1 / node.inputs.length) : all,
    );
  };

const comparison =
  (code: number): Operator =>
  (context, node) => {
    // Truth values are compared as numbers.
    const [a, b] = [0, 1].map((i) => {
      const value = context.input(node, i);
      return value.type === 'bool' ? castTo(context, node, value, 'int32') : value;
    }) as [Value, Value];
    const kind = a.type === 'float32' ? 'compareFloat' : 'compareInt';
    context.output(node, applyBinary(context, node, a, b, code, kind));
  };

const logic =
  (code: number): Operator =>
  (context, node) =>
    context.output(
      node,
      applyBinary(context, node, context.input(node, 0), context.input(node, 1), code, 'logical'),
    );

const test =
  (type: ValueType, code: number): Operator =>
  (context, node) => {
    const x = context.input(node, 0);
    if (x.type !== type) throw context.fail(node, `an input of ${type}`, x.type);
    context.output(node, convert(context, node, x, 'bool', code));
  };

const where: Operator = (context, node) =>
  context.output(
    node,
    applySelect(context, node, context.input(node, 0), context.input(node, 1), context.input(node, 2)),
  );

const table = <T>(of: Readonly<Record<string, T>>, make: (item: T) => Operator) =>
  Object.fromEntries(Object.entries(of).map(([name, item]) => [name, make(item)]));

/** Functions of several operands, with broadcasting, and those of truth values. */
export const ARITHMETIC_OPERATORS: Readonly<Record<string, Operator>> = {
  ...table(ARITHMETIC, arithmetic),
  ...table(VARIADIC, variadic),
  ...table(COMPARISONS, comparison),
  ...table(LOGIC, logic),
  Not: test('bool', CAST_NOT),
  IsNaN: test('float32', CAST_IS_NAN),
  Where: where,
};
