import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../ops/random';
import type { JsonObject } from '../util/json';
import type { Shape } from '../util/shape';
import type { Initializer } from './initializers';

/** How a network is being run. */
export interface Mode {
  /** Batch statistics and dropout on (training) or running statistics and dropout off. */
  readonly training: boolean;
  /** Running statistics and power-iteration vectors may change: only in the owner's own update. */
  readonly updateState: boolean;
  /** Source of dropout masks and other noise inside a layer. */
  readonly random: RandomStream;
  /** The encoded condition `[N, …]`, where the model has one. */
  readonly condition?: Tensor;
  /** Layers draw nothing outside of training: dropout that draws when sampling too is the identity. */
  readonly deterministic?: boolean;
}

/** A trainable weight of a built layer. */
export interface Weight {
  readonly shape: Shape;
  /** Its value for this run: the variable itself, or made from it (spectral normalisation). */
  read(mode: Mode): Tensor;
}

/** A weight that no gradient changes. */
export interface State {
  read(): Tensor;
  /** `state ← decay · state + (1 − decay) · value` */
  average(value: Tensor, decay: number): void;
}

/** Names and creates the weights of a layer that is being built. */
export interface Scope {
  /** Of one example's encoded condition, where the model has one: for layers that use it. */
  readonly condition?: Shape;
  /** The scope of a part, e.g. `block1/`. */
  child(name: string): Scope;
  /** A trainable weight. */
  parameter(name: string, shape: Shape, initializer: Initializer): Weight;
  /** A weight that no gradient changes: running statistics, spectral-norm vectors. */
  state(name: string, shape: Shape, initializer: Initializer): State;
}

/** A layer that has its weights. */
export interface BuiltLayer {
  /** Of one example, without the batch axis. */
  readonly outputShape: Shape;
  /** @param x `[N, …inputShape]` */
  apply(x: Tensor, mode: Mode): Tensor;
}

/**
 * A layer as it is defined, before it has weights: plain data plus how to build it.
 * `config` makes the layer again (see `layerFromConfig`), so a checkpoint needs no code.
 */
export interface Layer {
  readonly config: LayerConfig;
  /**
   * @param inputShape of one example, without the batch axis.
   * @throws {ShapeError} if the layer cannot take that shape.
   */
  build(inputShape: Shape, scope: Scope): BuiltLayer;
}

export interface LayerConfig extends JsonObject {
  readonly kind: string;
}

/** What a model is given besides its input: a class, words, an image, a sound. */
export interface Condition {
  /** Of one example, as data has it: `[]` a class, `[T]` the numbers of words, `[H, W, C]` an image. */
  readonly shape: Shape;
  /** Where values are int32 in 0 … classes − 1 (classes, words): how many there are. Else they are float32. */
  readonly classes?: number;
  /** Encodes it, learning along with the model; its weights are under `condition/`. Default the identity. */
  readonly layer?: Layer;
}

/** A network as it is defined: its layers and the shape of one input example. */
export interface Model {
  readonly inputShape: Shape;
  /** For the layers that use one, e.g. `concatCondition`. */
  readonly condition?: Condition;
  readonly layer: Layer;
}
