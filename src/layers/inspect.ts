import { type Shape, sizeOf } from '../util/shape';
import { buildModel, type ModelScope } from './build-model';
import type { Model, Scope } from './layer';

/** What a model is, found out without making weights. */
export interface ModelSummary {
  /** Of one example, without the batch axis. */
  readonly outputShape: Shape;
  /** Shapes of the trainable weights, by path. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Number of trainable values. */
  readonly parameterCount: number;
}

/** Collects shapes; the weights it hands out cannot be read. */
class ShapeScope implements ModelScope {
  constructor(
    readonly parameters = new Map<string, Shape>(),
    private readonly prefix = '',
    readonly condition?: Shape,
  ) {}

  child(name: string): Scope {
    return new ShapeScope(this.parameters, `${this.prefix}${name}/`, this.condition);
  }

  conditioned(condition: Shape | undefined): Scope {
    return new ShapeScope(this.parameters, this.prefix, condition);
  }

  parameter(name: string, shape: Shape) {
    this.parameters.set(this.prefix + name, shape);
    return { shape, read: unreadable };
  }

  state() {
    return { read: unreadable, average: unreadable };
  }
}

function unreadable(): never {
  throw new Error('summarize: a layer must not read its weights while it is being built');
}

/**
 * Output shape and weights of a model, without making them.
 *
 * @throws {ShapeError} if the model's layers do not fit together.
 */
export function summarize(model: Model): ModelSummary {
  const scope = new ShapeScope();
  const { outputShape } = buildModel(model, scope).body;
  let parameterCount = 0;
  for (const shape of scope.parameters.values()) parameterCount += sizeOf(shape);
  return { outputShape, parameters: scope.parameters, parameterCount };
}
