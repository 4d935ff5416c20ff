import { printable } from '../../util/text';

/**
 * An ONNX model as plain data: what a reader gives and a writer takes.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** Types of elements, each at its number in `TensorProto.DataType`; those that are missing are not read. */
export const ONNX_TYPES = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  undefined,
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  undefined,
  undefined,
  'bfloat16',
] as const;

export type OnnxType = NonNullable<(typeof ONNX_TYPES)[number]>;

/** A constant. */
export interface OnnxTensor {
  /** Empty for that of an attribute. */
  readonly name: string;
  readonly type: OnnxType;
  /** Row-major; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** The elements, little-endian, at any alignment: exactly as many as the shape says. */
  readonly bytes: Uint8Array;
}

/** Floats and integers are both numbers; an integer past ±(2^53 − 1), as "to the end" is written, is that. */
export type OnnxAttribute = number | string | OnnxTensor | readonly number[] | readonly string[];

export interface OnnxNode {
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** Names of values; empty for an optional one that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** Sizes, or the names (perhaps empty) of those that are open; undefined where not even the rank is known. */
  readonly shape: readonly (number | string)[] | undefined;
}

export interface OnnxModel {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  /** Each after those whose outputs it reads. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Without those that have an initializer. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Who wrote it, e.g. `pytorch 1.13.1`. */
  readonly producer: string;
}

/** A node as messages call it: `Conv 'conv_3'`, by its name or first output. */
export function describeNode({ op, domain, name, outputs }: OnnxNode): string {
  return printable(`${domain && `${domain}.`}${op} '${name || outputs[0] || ''}'`);
}
