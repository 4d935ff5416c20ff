import { ArgumentError } from '../errors';
import { type ActivationName, activation } from '../layers/activations';
import { sequential } from '../layers/compose';
import { dense } from '../layers/dense';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer, Model } from '../layers/layer';
import { flatten, reshape } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { type Shape, sizeOf } from '../util/shape';
import { type Normalization, normalized } from './normalization';

export interface MlpOptions {
  /** Features of one input, or its shape, which is flattened. */
  readonly inputs: number | Shape;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Features of one output, or its shape. */
  readonly outputs: number | Shape;
  /** Of the hidden layers: a name, or a layer; default `relu`. */
  readonly activation?: ActivationName | Layer;
  /** Of the output; default none. */
  readonly outputActivation?: ActivationName | Layer;
  /** Of the hidden layers; default `none`. */
  readonly normalization?: Normalization;
  /** Of the kernels; default `heUniform`. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * Dense layers one after the other, each hidden one followed by its normalisation and activation.
 *
 * @throws {ArgumentError} if a width is not a positive integer.
 */
export function mlp(options: MlpOptions): Model {
  const { activation: between = 'relu', outputActivation, normalization = 'none' } = options;
  const { kernelInitializer = 'heUniform' } = options;
  const inputShape = shapeOf('inputs', options.inputs);
  const outputShape = shapeOf('outputs', options.outputs);
  if (!Array.isArray(options.hidden)) {
    throw new ArgumentError(`mlp: hidden must be a list of widths, got ${String(options.hidden)}`);
  }

  const layers: Layer[] = inputShape.length === 1 ? [] : [flatten()];
  for (const units of options.hidden as readonly number[]) {
    requireInteger('mlp', 'hidden', units);
    layers.push(...normalized(dense({ units, kernelInitializer }), normalization), asLayer(between));
  }
  layers.push(dense({ units: sizeOf(outputShape), kernelInitializer }));
  if (outputActivation) layers.push(asLayer(outputActivation));
  if (outputShape.length !== 1) layers.push(reshape({ shape: outputShape }));
  return { inputShape, layer: sequential(layers) };
}

const asLayer = (layer: ActivationName | Layer): Layer =>
  typeof layer === 'string' ? activation(layer) : layer;

function shapeOf(name: string, value: number | Shape): Shape {
  const shape = typeof value === 'number' ? [value] : value;
  for (const size of shape) requireInteger('mlp', name, size);
  return shape;
}
