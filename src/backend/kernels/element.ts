import type { DataType } from '@tensorflow/tfjs-core';
import { f32Bits } from '../../program/recorder';

/** Whether values of this dtype lie in the arena, where records can move them. */
export const movable = (dtype: DataType) => dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
/** Bytes of an element of a movable dtype. */
export const bytesOf = (dtype: DataType) => (dtype === 'bool' ? 1 : 4);

/** The bits of `value` as an element of `dtype`. */
export const bitsOf = (value: number, dtype: DataType) => (dtype === 'float32' ? f32Bits(value) : value | 0);
