import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { Shape } from '../util/shape';
import type { TracedType, TracedValues } from './traced-graph';

/** A value as it is seen while one number of samples is traced. */
export interface SeenTensor {
  readonly shape: Shape;
  readonly dtype: TracedType;
  /** Of a constant; what depends on an input has none. */
  readonly values?: TracedValues;
  /** Of a weight. */
  readonly name?: string;
}

/** A kernel call as it is seen. */
export interface SeenNode {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, SeenTensor | readonly SeenTensor[]>>;
  readonly attributes: NamedAttrMap;
  readonly outputs: readonly SeenTensor[];
}

export interface SeenInput {
  readonly name: string;
  readonly tensor: SeenTensor;
  readonly distribution?: 'normal' | 'uniform';
}

/** What was seen of a generator that made `count` samples. */
export interface SeenGraph {
  readonly count: number;
  readonly inputs: readonly SeenInput[];
  readonly nodes: readonly SeenNode[];
  readonly output: SeenTensor;
}
