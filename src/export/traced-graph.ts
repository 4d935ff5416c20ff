import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { Shape } from '../util/shape';

/** Types of the values of a graph. */
export type TracedType = 'float32' | 'int32' | 'bool';

/** Values of a constant, by its type; bool as 0 and 1. */
export type TracedValues = Float32Array | Int32Array | Uint8Array;

/**
 * Sizes of a value's axes. The batch is open: a size −k stands for k times the number of samples, so −1 is the batch
 * axis itself.
 */
export type TracedShape = readonly number[];

/** A value of a graph, in TF.js's layout (channels last). */
export interface TracedTensor {
  /** Unique in its graph. */
  readonly id: number;
  readonly shape: TracedShape;
  readonly dtype: TracedType;
}

/**
 * A call of a TF.js kernel, with its inputs and attributes as TF.js names them. Attributes are whole: `shape` of
 * Reshape, `begin` and `size` of Slice, `reps` of Tile, `inputShape` of Conv2DBackpropInput have an entry for each axis,
 * and mark the batch as a {@link TracedShape} does.
 */
export interface TracedNode {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TracedTensor | readonly TracedTensor[]>>;
  readonly attributes: Readonly<NamedAttrMap>;
  readonly outputs: readonly TracedTensor[];
}

/** Something that a sample is made from. */
export interface TracedInput {
  /** `z` for noise, else the column of the game's batch, e.g. `label`. */
  readonly name: string;
  readonly tensor: TracedTensor;
  /** Of noise: standard normal, or uniform in [−1, 1). */
  readonly distribution?: 'normal' | 'uniform';
}

export interface TracedConstant {
  /** Of a weight `<network>/<path>`, e.g. `generator/2/kernel`; unique in the graph. */
  readonly name: string;
  readonly values: TracedValues;
}

/**
 * A generator as TF.js kernel calls: what a game's `sample` does in inference mode, for any number of samples. What
 * depends on weights alone has been computed, and what nothing depends on left out.
 */
export interface TracedGraph {
  readonly inputs: readonly TracedInput[];
  /** What nodes read besides inputs and each other's outputs; their shapes have no open axis. */
  readonly constants: ReadonlyMap<TracedTensor, TracedConstant>;
  /** Each after those whose outputs it reads. */
  readonly nodes: readonly TracedNode[];
  /** The samples. */
  readonly output: TracedTensor;
}

/** The inputs of a node in order, lists among them flattened. */
export function inputsOf({ inputs }: Pick<TracedNode, 'inputs'>): TracedTensor[] {
  return Object.values(inputs).flatMap((input) => input as TracedTensor | TracedTensor[]);
}

/** Whether a size depends on the number of samples. */
export const isOpen = (size: number): boolean => size < 0;

/** A shape for a number of samples. */
export function shapeFor(shape: TracedShape, count: number): Shape {
  return shape.map((size) => (isOpen(size) ? -size * count : size));
}
