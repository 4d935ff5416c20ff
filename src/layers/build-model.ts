import type { Shape } from '../util/shape';
import type { BuiltLayer, Model, Scope } from './layer';

/** A scope whose layers can be told of a condition. */
export interface ModelScope extends Scope {
  /** The same scope for layers that are given a condition of a shape, or none. */
  conditioned(condition: Shape | undefined): Scope;
}

/** A model's parts with their weights. */
export interface BuiltModel {
  readonly body: BuiltLayer;
  /** Of the condition, where the model has one that is encoded. */
  readonly encoder?: BuiltLayer;
}

/**
 * Builds a model: the condition's encoder first, under `condition/`, whose output's shape the body is told.
 *
 * @throws {ShapeError} if the layers do not fit together.
 */
export function buildModel({ inputShape, condition, layer }: Model, scope: ModelScope): BuiltModel {
  const encoder = condition?.layer?.build(condition.shape, scope.child('condition'));
  const encoded = encoder?.outputShape ?? condition?.shape;
  return { body: layer.build(inputShape, scope.conditioned(encoded)), encoder };
}
