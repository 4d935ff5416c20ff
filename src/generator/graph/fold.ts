import type { OnnxNode } from '../../formats/onnx/model';
import { broadcastStrides } from '../../program/records/strides';
import { type Shape, sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import type { Context } from './context';
import { broadcastShape } from './elementwise';
import { type Known, MOST_KNOWN, Value, type ValueType } from './value';

type Rule = (...operands: number[]) => number;

const round = (x: number): number => {
  const low = Math.floor(x);
  return x - low > 0.5 || (x - low === 0.5 && low % 2 !== 0) ? low + 1 : low;
};

/** Arithmetic on shapes and scales; results have the type of the last operand. */
const RULES: Readonly<Record<string, Rule>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: Math.min,
  Max: Math.max,
  Mod: (a, b) => a % b,
  Neg: (a) => -a,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: round,
  Sqrt: Math.sqrt,
  Where: (condition, a, b) => (condition ? a : b),
};

/** Results are truth values. */
const CONDITIONS: Readonly<Record<string, Rule>> = {
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
  Not: (a) => 1 - a,
};

/** As the type holds it: whole numbers are cut, floats rounded. */
function held(type: ValueType, value: number): number {
  if (type === 'float32') return Math.fround(value);
  return type === 'int32' ? Math.trunc(value) : Number(value !== 0);
}

/**
 * Does an elementwise node at once if all that it reads is known, as the arithmetic on shapes is that exporters write.
 *
 * @returns false if it has to be recorded.
 */
export function fold(context: Context, node: OnnxNode): boolean {
  const at = (rules: typeof RULES) => (Object.hasOwn(rules, node.op) ? rules[node.op] : undefined);
  const condition = at(CONDITIONS);
  const rule = condition ?? at(RULES);
  if (!rule || node.domain !== '') return false;
  const operands: Value[] = [];
  for (const index of node.inputs.keys()) {
    const operand = context.input(node, index);
    if (!operand.known) return false;
    operands.push(operand);
  }
  const last = operands.at(-1);
  if (!last || operands.length < rule.length) return false;
  const shape = operands
    .map((operand) => operand.shape)
    .reduce((a, b) => broadcastShape(context, node, a, b));
  context.checkShape(node, shape);
  if (sizeOf(shape) > MOST_KNOWN) return false;
  const columns = operands.map((operand) => expanded(operand, shape));
  const type = condition ? 'bool' : last.type;
  const floors = node.op === 'Mod' && numberOf(node, 'fmod', 0) === 0;
  const values = columns[0]!.map((_, i) => {
    const numbers = columns.map((column) => column[i]!);
    const value = rule(...numbers);
    // The remainder of integers has the divisor's sign.
    return held(type, floors && value * numbers[1]! < 0 ? value + numbers[1]! : value);
  });
  context.output(node, context.constant(type, shape, values));
  return true;
}

/** The values of all elements of a wider shape. */
function expanded(value: Value, shape: Shape): Known {
  const wider = new Value(
    value.type,
    shape,
    broadcastStrides(value.shape, shape),
    () => 0,
    () => value.known,
  );
  return wider.known!;
}

/** Known values as another type; floats are cut to whole numbers. */
export function convertKnown(type: ValueType, known: Known): Known {
  return known.map((value) => held(type, value));
}
