import { type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { DisposedError, ShapeError } from '../errors';
import { averageInto } from '../ops/average';
import { type RandomStream, SeededRandom } from '../ops/random';
import { requireInteger } from '../util/require';
import { deriveSeed } from '../util/seed';
import { formatShape, type Shape, sameShape } from '../util/shape';
import { type BuiltModel, buildModel, type ModelScope } from './build-model';
import type { Initializer } from './initializers';
import type { Mode, Model, Scope, State, Weight } from './layer';

export interface ApplyOptions {
  /** Batch statistics and dropout on; default false. */
  readonly training?: boolean;
  /** Source of dropout masks; default a stream seeded by the network. */
  readonly random?: RandomStream;
  /** `[N, …condition.shape]`, exactly where the model has a condition. */
  readonly condition?: Tensor;
  /** Without the noise that layers draw outside of training (dropout that is on when sampling); default false. */
  readonly deterministic?: boolean;
}

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
  /**
   * @param x `[N, …inputShape]`
   * @throws {ShapeError} if x does not have that shape, or the condition not the model's shape and type.
   * @throws {DisposedError} after `dispose`.
   */
  apply(x: Tensor, options?: ApplyOptions): Tensor;
  dispose(): void;
}

/**
 * Builds a model's weights on the current TF.js backend. Each weight's values depend on the seed, the name
 * and the weight's path, and on nothing else: not on the backend, nor on what was built before.
 *
 * @throws {ShapeError} if the model's layers do not fit together.
 * @throws {ArgumentError} unless the seed is an integer ≥ 0.
 */
export function buildNetwork(model: Model, name: string, seed: number): Network {
  requireInteger('buildNetwork', 'seed', seed, 0);
  const scope = new WeightScope(createdWeights(name, seed));
  try {
    return new BuiltNetwork(name, model, seed, scope, buildModel(model, scope), true);
  } catch (error) {
    scope.dispose();
    throw error;
  }
}

/**
 * A model's layers with weights that another network has at the same paths: its first layers, say. They stay that
 * network's, which frees them.
 *
 * @throws {ShapeError} if the model's layers do not fit together, or the network lacks one of their weights.
 */
export function shareNetwork(model: Model, network: Network): Network {
  const scope = new WeightScope(sharedWeights(network));
  return new BuiltNetwork(network.name, model, 0, scope, buildModel(model, scope), false);
}

/** The variable at a path. */
type WeightSource = (path: string, shape: Shape, initializer: Initializer, trainable: boolean) => Variable;

/** Variables of one's own. */
function createdWeights(name: string, seed: number): WeightSource {
  return (path, shape, initializer, trainable) => {
    const values = initializer(shape, deriveSeed(seed, `${name}/${path}`));
    return tidy(() => variable(tensor(values, [...shape]), trainable));
  };
}

/** Another network's variables. */
function sharedWeights(network: Network): WeightSource {
  return (path, shape, _, trainable) => {
    const found = (trainable ? network.parameters : network.state).get(path);
    if (found && sameShape(found.shape, shape)) return found;
    throw new ShapeError(
      `shareNetwork: ${network.name} must have ${path} of ${formatShape(shape)}, got ${found ? formatShape(found.shape) : 'none'}`,
    );
  };
}

/** Hands out variables, and remembers them by path. */
class WeightScope implements ModelScope {
  constructor(
    private readonly weight: WeightSource,
    private readonly prefix = '',
    readonly parameters = new Map<string, Variable>(),
    readonly states = new Map<string, Variable>(),
    readonly condition?: Shape,
  ) {}

  child(name: string): Scope {
    return this.within(`${this.prefix}${name}/`, this.condition);
  }

  conditioned(condition: Shape | undefined): Scope {
    return this.within(this.prefix, condition);
  }

  private within(prefix: string, condition: Shape | undefined): Scope {
    return new WeightScope(this.weight, prefix, this.parameters, this.states, condition);
  }

  parameter(name: string, shape: Shape, initializer: Initializer): Weight {
    const path = this.prefix + name;
    const weight = this.weight(path, shape, initializer, true);
    this.parameters.set(path, weight);
    return { shape, read: () => weight };
  }

  state(name: string, shape: Shape, initializer: Initializer): State {
    const path = this.prefix + name;
    const weight = this.weight(path, shape, initializer, false);
    this.states.set(path, weight);
    return { read: () => weight, average: (value, decay) => averageInto(weight, value, decay) };
  }

  dispose(): void {
    for (const weight of [...this.parameters.values(), ...this.states.values()]) weight.dispose();
  }
}

class BuiltNetwork implements Network {
  frozen = false;
  private disposed = false;
  private readonly random: RandomStream;

  constructor(
    readonly name: string,
    readonly model: Model,
    seed: number,
    private readonly scope: WeightScope,
    private readonly built: BuiltModel,
    /** Whether the weights are this network's, to be freed with it. */
    private readonly owns: boolean,
  ) {
    this.random = new SeededRandom(deriveSeed(seed, `${name}/`));
  }

  get outputShape(): Shape {
    return this.built.body.outputShape;
  }

  get parameters(): ReadonlyMap<string, Variable> {
    return this.scope.parameters;
  }

  get state(): ReadonlyMap<string, Variable> {
    return this.scope.states;
  }

  apply(x: Tensor, options: ApplyOptions = {}): Tensor {
    const { training = false, random = this.random, condition, deterministic = false } = options;
    if (this.disposed) {
      throw new DisposedError(`${this.name}.apply: network must not be disposed, got a disposed one`);
    }
    const { inputShape } = this.model;
    if (x.rank === 0 || !sameShape(x.shape.slice(1), inputShape)) {
      throw new ShapeError(
        `${this.name}.apply: input must be [N,${inputShape.join(',')}], got ${formatShape(x.shape)}`,
      );
    }
    const mode = { training, updateState: training && !this.frozen, random, deterministic };
    return this.built.body.apply(x, { ...mode, condition: this.encode(condition, x.shape[0]!, mode) });
  }

  /** What the layers see of a condition. */
  private encode(condition: Tensor | undefined, count: number, mode: Mode): Tensor | undefined {
    const wanted = this.model.condition;
    if (!wanted) {
      if (!condition) return undefined;
      throw new ShapeError(
        `${this.name}.apply: condition must be left out, got ${formatShape(condition.shape)} for a model without one`,
      );
    }
    const dtype = wanted.classes === undefined ? 'float32' : 'int32';
    if (!condition || condition.dtype !== dtype || !sameShape(condition.shape, [count, ...wanted.shape])) {
      throw new ShapeError(
        `${this.name}.apply: condition must be ${dtype} ${formatShape([count, ...wanted.shape])}, got ${condition ? `${condition.dtype} ${formatShape(condition.shape)}` : 'none'}`,
      );
    }
    return this.built.encoder ? this.built.encoder.apply(condition, mode) : condition;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    if (this.owns) this.scope.dispose();
  }
}
