import { ACTIVATION_OPERATORS } from './activations';
import { ARITHMETIC_OPERATORS } from './arithmetic';
import { BASIC_OPERATORS } from './basic-operators';
import { CAST_OPERATORS } from './cast';
import type { Operator } from './context';
import { convOperators } from './conv';
import { GATHER_OPERATORS } from './gather';
import { convolveGroups } from './grouped-conv';
import { matMul } from './mat-mul';
import { NORMALIZATION_OPERATORS } from './normalization';
import { PAD_OPERATORS } from './pad';
import { POOL_OPERATORS } from './pool';
import { RANDOM_OPERATORS } from './random';
import { REDUCE_OPERATORS } from './reduce';
import { RESIZE_OPERATORS } from './resize';
import { SCAN_OPERATORS } from './scan';
import { SHAPE_OPERATORS } from './shape';
import { SLICE_OPERATORS } from './slice';
import { SOFTMAX_OPERATORS } from './softmax';

/** Every operator that can be lowered, by ONNX's name. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...BASIC_OPERATORS,
  ...convOperators(convolveGroups),
  ...CAST_OPERATORS,
  ...ACTIVATION_OPERATORS,
  ...ARITHMETIC_OPERATORS,
  ...POOL_OPERATORS,
  ...GATHER_OPERATORS,
  ...PAD_OPERATORS,
  ...RANDOM_OPERATORS,
  ...REDUCE_OPERATORS,
  ...RESIZE_OPERATORS,
  ...SCAN_OPERATORS,
  ...SHAPE_OPERATORS,
  ...SLICE_OPERATORS,
  ...SOFTMAX_OPERATORS,
  ...NORMALIZATION_OPERATORS,
  MatMul: matMul,
};
