import { add, concat, reshape } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { formatShape, sameShape, sizeOf } from '../util/shape';
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

/**
 * The input beside what `body` makes of it, joined along the last axis: a U-Net's skip connection, `[N, …, C]`
 * to `[N, …, C + D]`. The weights are under `body/`.
 *
 * @throws {ShapeError} on building, unless the body keeps every size but that of the last axis.
 * @see Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597
 */
export function skip(body: Layer): Layer {
  return {
    config: { kind: 'skip', body: body.config },
    build(inputShape, scope) {
      const inner = body.build(inputShape, scope.child('body'));
      const { outputShape } = inner;
      const sizes = inputShape.slice(0, -1);
      if (inputShape.length === 0 || !sameShape(outputShape.slice(0, -1), sizes)) {
        throw new ShapeError(
          `skip: body must keep every size but the last of ${formatShape(inputShape)}, got ${formatShape(outputShape)}`,
        );
      }
      return {
        outputShape: [...sizes, inputShape[sizes.length]! + outputShape[sizes.length]!],
        apply: (x, mode) => concat([x, inner.apply(x, mode)], -1),
      };
    },
  };
}

/**
 * Several layers on the same input: their outputs, each flattened, one after another, `[N, sum of sizes]`.
 * So one network can give patch scores and class logits. The weights of the n-th are under `n/`.
 *
 * @throws {ArgumentError} if there is no layer.
 */
export function branches(layers: readonly Layer[]): Layer {
  if (layers.length === 0) throw new ArgumentError('branches: layers must be at least one, got none');
  return {
    config: { kind: 'branches', layers: layers.map((layer) => layer.config) },
    build(inputShape, scope) {
      const built = layers.map((layer, index) => layer.build(inputShape, scope.child(String(index))));
      const sizes = built.map(({ outputShape }) => sizeOf(outputShape));
      return {
        outputShape: [sizes.reduce((sum, size) => sum + size)],
        apply: (x, mode) =>
          concat(
            built.map((part, index) => reshape(part.apply(x, mode), [x.shape[0]!, sizes[index]!])),
            1,
          ),
      };
    },
  };
}
