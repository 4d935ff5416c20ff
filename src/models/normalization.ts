import { ArgumentError } from '../errors';
import type { Layer } from '../layers/layer';
import { batchNorm, instanceNorm, layerNorm } from '../layers/normalization';
import { spectralNorm } from '../layers/spectral-norm';

/** How a model's hidden layers are normalised; `spectral` normalises the weights and not the values. */
export type Normalization = 'none' | 'batch' | 'instance' | 'layer' | 'spectral';

/**
 * A weighted layer and its normalisation.
 *
 * @param affine whether instance normalisation learns a scale and an offset; the models of image translation
 *   were published without.
 * @throws {ArgumentError} if the name is unknown.
 */
export function normalized(layer: Layer, normalization: Normalization, affine = true): Layer[] {
  switch (normalization) {
    case 'none':
      return [layer];
    case 'batch':
      return [layer, batchNorm()];
    case 'instance':
      return [layer, instanceNorm({ affine })];
    case 'layer':
      return [layer, layerNorm()];
    case 'spectral':
      return [spectralNorm(layer)];
    default:
      throw new ArgumentError(
        `normalized: normalization must be none, batch, instance, layer or spectral, got ${String(normalization)}`,
      );
  }
}

/** Normalises a network's first and last layers: normalised weights belong there too, normalised values do not. */
export const normalizedWeights =
  (normalization: Normalization) =>
  (layer: Layer): Layer[] =>
    normalized(layer, normalization === 'spectral' ? 'spectral' : 'none');
