import {
  Abs,
  Add,
  AddN,
  backend_util,
  Cast,
  Ceil,
  ClipByValue,
  Cos,
  type DataType,
  Elu,
  EluGrad,
  Equal,
  Erf,
  Exp,
  Expm1,
  Floor,
  Greater,
  GreaterEqual,
  IsFinite,
  IsInf,
  IsNan,
  LeakyRelu,
  Less,
  LessEqual,
  Log,
  Log1p,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  Maximum,
  Minimum,
  Multiply,
  type NamedAttrMap,
  Neg,
  NotEqual,
  Pow,
  Prelu,
  RealDiv,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Select,
  Selu,
  Sigmoid,
  Sign,
  Sin,
  Softplus,
  Sqrt,
  Square,
  SquaredDifference,
  Step,
  Sub,
  Tanh,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import * as abi from '../../../assembly/abi/elementwise';
import { type BinaryKind, binary, cast, select, unary } from '../../program/records/elementwise';
import { sameShape, sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily, KernelFunction } from '../kernel';

/** A function of f32; other dtypes are declined. `parameters` reads the record's two numbers from the attributes. */
function unaryKernel(code: number, parameters?: (attrs: NamedAttrMap) => number[]): KernelFunction {
  return (call) => {
    const x = call.inputs.x!;
    if (x.dtype !== 'float32') return undefined;
    const y = call.output(x.shape, 'float32');
    const [first, second] = parameters?.(call.attrs) ?? [];
    unary(call.recorder, code, call.pointer(y), call.pointer(x), sizeOf(x.shape), first, second);
    return y;
  };
}

function broadcast(
  call: KernelCall,
  kind: BinaryKind,
  code: number,
  dtype: 'float32' | 'int32' | 'bool',
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const y = call.output(shape, dtype);
  const left = { pointer: call.pointer(a), shape: a.shape };
  const right = { pointer: call.pointer(b), shape: b.shape };
  return binary(call.recorder, kind, code, call.pointer(y), shape, left, right) ? y : undefined;
}

/** f32 · f32 → f32 and, unless `floatOnly`, int32 · int32 → int32. */
function arithmeticKernel(code: number, floatOnly = false, first = 'a', second = 'b'): KernelFunction {
  return (call) => {
    const a = call.inputs[first]!;
    const b = call.inputs[second]!;
    if (a.dtype !== b.dtype) return undefined;
    if (a.dtype === 'float32') return broadcast(call, 'float', code, 'float32', a, b);
    return a.dtype === 'int32' && !floatOnly ? broadcast(call, 'int', code, 'int32', a, b) : undefined;
  };
}

function comparisonKernel(code: number): KernelFunction {
  return (call) => {
    const a = call.inputs.a!;
    const b = call.inputs.b!;
    if (a.dtype !== b.dtype) return undefined;
    if (a.dtype === 'float32') return broadcast(call, 'compareFloat', code, 'bool', a, b);
    return a.dtype === 'int32' ? broadcast(call, 'compareInt', code, 'bool', a, b) : undefined;
  };
}

function logicalKernel(code: number): KernelFunction {
  return (call) => {
    const a = call.inputs.a!;
    const b = call.inputs.b!;
    if (a.dtype !== 'bool' || b.dtype !== 'bool') return undefined;
    return broadcast(call, 'logical', code, 'bool', a, b);
  };
}

/** A test of each f32. */
function testKernel(code: number, dtype: 'float32' | 'bool' = 'float32'): KernelFunction {
  return (call) => {
    const x = call.inputs.x!;
    if (x.dtype !== dtype) return undefined;
    const y = call.output(x.shape, 'bool');
    cast(call.recorder, code, call.pointer(y), call.pointer(x), sizeOf(x.shape));
    return y;
  };
}

const CASTS: Readonly<Record<string, number>> = {
  'float32 int32': abi.CAST_FLOAT_TO_INT,
  'int32 float32': abi.CAST_INT_TO_FLOAT,
  'bool float32': abi.CAST_BYTE_TO_FLOAT,
  'bool int32': abi.CAST_BYTE_TO_INT,
  'float32 bool': abi.CAST_FLOAT_TO_BYTE,
  'int32 bool': abi.CAST_INT_TO_BYTE,
};

function castKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const dtype = call.attrs.dtype as DataType;
  if (x.dtype === dtype && dtype !== 'complex64') return call.alias(x, x.shape);
  const code = CASTS[`${x.dtype} ${dtype}`];
  if (code === undefined) return undefined;
  const y = call.output(x.shape, dtype);
  cast(call.recorder, code, call.pointer(y), call.pointer(x), sizeOf(x.shape));
  return y;
}

/** Only a condition of the operands' own shape: TF.js broadcasts before it calls. */
function selectKernel(call: KernelCall): TensorInfo | undefined {
  const condition = call.inputs.condition!;
  const a = call.inputs.t!;
  const b = call.inputs.e!;
  const dtype = a.dtype;
  if (condition.dtype !== 'bool' || b.dtype !== dtype) return undefined;
  if (!sameShape(condition.shape, a.shape) || !sameShape(a.shape, b.shape)) return undefined;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') return undefined;
  const y = call.output(a.shape, dtype);
  const operands = [condition, a, b].map((info) => call.pointer(info)) as [number, number, number];
  select(call.recorder, dtype === 'bool' ? 1 : 4, call.pointer(y), ...operands, sizeOf(a.shape));
  return y;
}

/** The sum of any number of f32 tensors of one shape, from the first on. */
function addNKernel(call: KernelCall): TensorInfo | undefined {
  const terms = Object.values(call.inputs) as TensorInfo[];
  const shape = terms[0]!.shape;
  if (terms.length < 2) return undefined;
  if (terms.some((term) => term.dtype !== 'float32' || !sameShape(term.shape, shape))) return undefined;
  const y = call.output(shape, 'float32');
  let sum = terms[0]!;
  for (const term of terms.slice(1)) {
    const left = { pointer: call.pointer(sum), shape };
    const right = { pointer: call.pointer(term), shape };
    binary(call.recorder, 'float', abi.BINARY_ADD, call.pointer(y), shape, left, right);
    sum = y;
  }
  return y;
}

const SELU_PARAMETERS = [backend_util.SELU_SCALE, backend_util.SELU_SCALEALPHA];

/** Functions of one and of two operands, comparisons, choice and casts. */
export const elementwiseKernels: KernelFamily = {
  [Abs]: unaryKernel(abi.UNARY_ABS),
  [Neg]: unaryKernel(abi.UNARY_NEG),
  [Square]: unaryKernel(abi.UNARY_SQUARE),
  [Sqrt]: unaryKernel(abi.UNARY_SQRT),
  [Rsqrt]: unaryKernel(abi.UNARY_RSQRT),
  [Reciprocal]: unaryKernel(abi.UNARY_RECIPROCAL),
  [Floor]: unaryKernel(abi.UNARY_FLOOR),
  [Ceil]: unaryKernel(abi.UNARY_CEIL),
  [Round]: unaryKernel(abi.UNARY_ROUND),
  [Sign]: unaryKernel(abi.UNARY_SIGN),
  [Step]: unaryKernel(abi.UNARY_STEP, (attrs) => [attrs.alpha as number]),
  [ClipByValue]: unaryKernel(abi.UNARY_CLIP, (attrs) => [
    attrs.clipValueMin as number,
    attrs.clipValueMax as number,
  ]),
  [Relu]: unaryKernel(abi.UNARY_RELU),
  [Relu6]: unaryKernel(abi.UNARY_RELU6),
  [LeakyRelu]: unaryKernel(abi.UNARY_LEAKY_RELU, (attrs) => [attrs.alpha as number]),
  [Exp]: unaryKernel(abi.UNARY_EXP),
  [Expm1]: unaryKernel(abi.UNARY_EXPM1),
  [Log]: unaryKernel(abi.UNARY_LOG),
  [Log1p]: unaryKernel(abi.UNARY_LOG1P),
  [Tanh]: unaryKernel(abi.UNARY_TANH),
  [Sigmoid]: unaryKernel(abi.UNARY_SIGMOID),
  [Softplus]: unaryKernel(abi.UNARY_SOFTPLUS),
  [Elu]: unaryKernel(abi.UNARY_ELU),
  [Selu]: unaryKernel(abi.UNARY_SELU, () => SELU_PARAMETERS),
  [Sin]: unaryKernel(abi.UNARY_SIN),
  [Cos]: unaryKernel(abi.UNARY_COS),
  [Erf]: unaryKernel(abi.UNARY_ERF),

  [Add]: arithmeticKernel(abi.BINARY_ADD),
  [AddN]: addNKernel,
  [Sub]: arithmeticKernel(abi.BINARY_SUB),
  [Multiply]: arithmeticKernel(abi.BINARY_MULTIPLY),
  [Maximum]: arithmeticKernel(abi.BINARY_MAXIMUM),
  [Minimum]: arithmeticKernel(abi.BINARY_MINIMUM),
  [SquaredDifference]: arithmeticKernel(abi.BINARY_SQUARED_DIFFERENCE),
  [RealDiv]: arithmeticKernel(abi.BINARY_DIVIDE, true),
  [Pow]: arithmeticKernel(abi.BINARY_POW, true),
  [Prelu]: arithmeticKernel(abi.BINARY_PRELU, true, 'x', 'alpha'),
  [EluGrad]: arithmeticKernel(abi.BINARY_ELU_GRAD, true, 'dy', 'y'),

  [Equal]: comparisonKernel(abi.COMPARE_EQUAL),
  [NotEqual]: comparisonKernel(abi.COMPARE_NOT_EQUAL),
  [Greater]: comparisonKernel(abi.COMPARE_GREATER),
  [GreaterEqual]: comparisonKernel(abi.COMPARE_GREATER_EQUAL),
  [Less]: comparisonKernel(abi.COMPARE_LESS),
  [LessEqual]: comparisonKernel(abi.COMPARE_LESS_EQUAL),
  [LogicalAnd]: logicalKernel(abi.LOGICAL_AND),
  [LogicalOr]: logicalKernel(abi.LOGICAL_OR),
  [LogicalNot]: testKernel(abi.CAST_NOT, 'bool'),
  [IsNan]: testKernel(abi.CAST_IS_NAN),
  [IsInf]: testKernel(abi.CAST_IS_INFINITE),
  [IsFinite]: testKernel(abi.CAST_IS_FINITE),

  [Cast]: castKernel,
  [Select]: selectKernel,
};
