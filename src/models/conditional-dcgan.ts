import { ArgumentError, ShapeError } from '../errors';
import { leakyRelu } from '../layers/activations';
import { sequential } from '../layers/compose';
import { concatCondition } from '../layers/concat-condition';
import { conditionalBatchNorm } from '../layers/conditional-batch-norm';
import { conv2d } from '../layers/conv2d';
import { dense } from '../layers/dense';
import { summarize } from '../layers/inspect';
import type { Condition, Layer, Model } from '../layers/layer';
import { projection } from '../layers/projection';
import { flatten } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { formatShape, type Shape } from '../util/shape';
import { SLOPE } from './conventions';
import { type DcganLayerOptions, dcganLayers } from './dcgan-layers';
import { type Normalization, normalized, normalizedWeights } from './normalization';

/** How the condition enters the generator: beside the latent, or as scale and offset of its normalisation. */
export type GeneratorConditioning = 'concatenation' | 'batchNorm';
/** How it enters the discriminator: beside the features, by projection, or not: the class is read instead. */
export type DiscriminatorConditioning = 'concatenation' | 'projection' | 'auxiliary';

export interface ConditionalDcganOptions extends DcganLayerOptions {
  /** What both are given, e.g. `classCondition({ classes: 10 })`; each has an encoder of its own. */
  readonly condition: Condition;
  /** Default `concatenation` for both. */
  readonly conditioning?: {
    readonly generator?: GeneratorConditioning;
    readonly discriminator?: DiscriminatorConditioning;
  };
  /** Length of the latent vector; default 100. */
  readonly latent?: number;
  /** Default `batch` for both; with conditional batch normalisation the generator has no other. */
  readonly normalization?: {
    readonly generator?: Normalization;
    readonly discriminator?: Normalization;
  };
}

export interface ConditionalDcganModels {
  /** `[latent]` and the condition to `[size, size, channels]` in [−1, 1]. */
  readonly generator: Model;
  /** `[size, size, channels]` and the condition to one raw score; `auxiliary`: without it, to `[1 + classes]`. */
  readonly discriminator: Model;
}

/**
 * The deep convolutional pair of {@link dcgan} under a condition.
 *
 * The generator has it beside the latent vector, or in conditional batch normalisation. The discriminator has it
 * beside each position of its smallest feature map, followed by a 1×1 convolution (Reed et al. 2016); or in a
 * projection as its last layer (Miyato & Koyama 2018); or not, and makes a logit for each class besides the score
 * (Odena et al. 2017).
 *
 * @throws {ArgumentError} if a number or a name is none of those allowed.
 * @throws {ShapeError} if the condition is not encoded as one vector.
 */
export function conditionalDcgan(options: ConditionalDcganOptions): ConditionalDcganModels {
  const { condition, conditioning = {}, latent = 100, normalization = {} } = options;
  const layers = dcganLayers('conditionalDcgan', options);
  requireInteger('conditionalDcgan', 'latent', latent);
  const encoded = encodedShape(condition);
  if (encoded.length !== 1) {
    throw new ShapeError(
      `conditionalDcgan: condition must be encoded as one vector, got ${formatShape(encoded)}; give it a layer`,
    );
  }

  function generator(way: GeneratorConditioning): Model {
    const kind = normalization.generator ?? 'batch';
    switch (way) {
      case 'concatenation': {
        const body = layers.generator((layer) => normalized(layer, kind));
        return { inputShape: [latent], condition, layer: sequential([concatCondition(), ...body]) };
      }
      case 'batchNorm': {
        const body = layers.generator((layer) => [layer, conditionalBatchNorm()]);
        return { inputShape: [latent], condition, layer: sequential(body) };
      }
      default:
        throw unknownWay('generator', 'concatenation or batchNorm', way);
    }
  }

  function discriminator(way: DiscriminatorConditioning): Model {
    const kind = normalization.discriminator ?? 'batch';
    const { imageShape: inputShape, kernelInitializer, deepest } = layers;
    const ends = normalizedWeights(kind);
    const features = layers.features(ends, (layer) => normalized(layer, kind));
    const score = (units: number) => [flatten(), ...ends(dense({ units, kernelInitializer }))];
    switch (way) {
      case 'concatenation': {
        const mixing = conv2d({ filters: deepest, kernelSize: 1, kernelInitializer });
        const mix: Layer[] = [concatCondition(), ...normalized(mixing, kind), leakyRelu({ slope: SLOPE })];
        return { inputShape, condition, layer: sequential([...features, ...mix, ...score(1)]) };
      }
      case 'projection': {
        const head = [flatten(), ...ends(projection({ kernelInitializer }))];
        return { inputShape, condition, layer: sequential([...features, ...head]) };
      }
      case 'auxiliary': {
        if (condition.classes === undefined || condition.shape.length > 0) {
          throw new ShapeError(
            `conditionalDcgan: auxiliary needs a condition that is a class, got ${formatShape(condition.shape)}`,
          );
        }
        return { inputShape, layer: sequential([...features, ...score(1 + condition.classes)]) };
      }
      default:
        throw unknownWay('discriminator', 'concatenation, projection or auxiliary', way);
    }
  }

  return {
    generator: generator(conditioning.generator ?? 'concatenation'),
    discriminator: discriminator(conditioning.discriminator ?? 'concatenation'),
  };
}

/** Of one example's condition, as the layers see it. */
function encodedShape({ shape, layer }: Condition): Shape {
  return layer ? summarize({ inputShape: shape, layer }).outputShape : shape;
}

function unknownWay(part: string, known: string, got: string): ArgumentError {
  return new ArgumentError(`conditionalDcgan: conditioning.${part} must be ${known}, got ${String(got)}`);
}
