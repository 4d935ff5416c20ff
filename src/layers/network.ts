import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../ops/random';
import type { Shape } from '../util/shape';
import type { Model } from './layer';

/** A model with its weights. */
export interface Network {
  readonly name: string;
  readonly model: Model;
  readonly outputShape: Shape;
  /** Trainable weights by path, e.g. `2/kernel`, in the order of building. */
  readonly parameters: ReadonlyMap<string, Variable>;
  /** Weights that no gradient changes, by path. */
  readonly state: ReadonlyMap<string, Variable>;
  /** While true, running `apply` in training mode leaves `state` as it is (another player's update). */
  frozen: boolean;
  /** @param x `[N, …inputShape]` */
  apply(x: Tensor, options?: { training?: boolean; random?: RandomStream }): Tensor;
  dispose(): void;
}

/** Builds a model's weights from a seed on the current TF.js backend. */
export declare function buildNetwork(model: Model, name: string, seed: number): Network;
