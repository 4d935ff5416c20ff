import { add } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { formatShape, sameShape } from '../util/shape';
import type { BuiltLayer, Layer } from './layer';

/** Layers one after the other; the weights of the n-th are under `n/`. */
export function sequential(layers: readonly Layer[]): Layer {
  return {
    config: { kind: 'sequential', layers: layers.map((layer) => layer.config) },
    build(inputShape, scope) {
      let outputShape = inputShape;
      const built = layers.map((layer, index): BuiltLayer => {
        const part = layer.build(outputShape, scope.child(String(index)));
        outputShape = part.outputShape;
        return part;
      });
      return {
        outputShape,
        apply: (x, mode) => built.reduce((value, part) => part.apply(value, mode), x),
      };
    },
  };
}

export interface ResidualOptions {
  /** Applied to the input before it is added, e.g. a 1×1 convolution; default the identity. */
  readonly shortcut?: Layer;
}

/**
 * `shortcut(x) + body(x)`; the weights are under `body/` and `shortcut/`.
 *
 * @throws {ShapeError} on building, if the two shapes differ.
 * @see He et al. 2015, https://arxiv.org/abs/1512.03385
 */
export function residual(body: Layer, options: ResidualOptions = {}): Layer {
  const { shortcut } = options;
  return {
    config: { kind: 'residual', body: body.config, shortcut: shortcut?.config },
    build(inputShape, scope) {
      const inner = body.build(inputShape, scope.child('body'));
      const around = shortcut?.build(inputShape, scope.child('shortcut'));
      const aroundShape = around?.outputShape ?? inputShape;
      if (!sameShape(inner.outputShape, aroundShape)) {
        throw new ShapeError(
          `residual: body must keep the shape ${formatShape(aroundShape)}, got ${formatShape(inner.outputShape)}; give a shortcut layer that ends in the same shape`,
        );
      }
      return {
        outputShape: inner.outputShape,
        apply: (x, mode) => add(around ? around.apply(x, mode) : x, inner.apply(x, mode)),
      };
    },
  };
}
