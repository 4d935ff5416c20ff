import type { DataType } from '@tensorflow/tfjs-core';

/** What the backend knows of one data id. */
export interface Stored {
  readonly dtype: DataType;
  /** Number of elements. */
  readonly length: number;
  /** Byte address in the arena; 0 for string and complex64, which stay outside. */
  readonly pointer: number;
  refCount: number;
  /** UTF-8 bytes of each element, dtype string. */
  readonly strings?: Uint8Array[];
  /** Parts of dtype complex64, with data ids of their own as TF.js's cpu backend has them. */
  readonly complex?: { readonly real: Float32Array; readonly imag: Float32Array };
}

/** A tensor's values where they lie. */
export type ArenaView = Float32Array | Int32Array | Uint8Array;

/** Bytes of an element in the arena. */
export function elementBytes(dtype: DataType): number {
  return dtype === 'bool' ? 1 : 4;
}

/** Whether tensors of this dtype live in the arena. */
export function inArena(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** Zero-copy view; valid until the memory grows. */
export function viewOf(buffer: ArrayBufferLike, dtype: DataType, pointer: number, length: number): ArenaView {
  if (dtype === 'float32') return new Float32Array(buffer, pointer, length);
  if (dtype === 'int32') return new Int32Array(buffer, pointer, length);
  return new Uint8Array(buffer, pointer, length);
}
