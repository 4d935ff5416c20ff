import { add, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { modelConfig } from '../layers/from-config';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import { detach } from '../ops/detach';
import { requireNumber } from '../util/require';
import { formatShape, type Shape, sameShape } from '../util/shape';
import { optimizersOf, type PerPlayer, requireSteps } from './adversarial';
import { requireColumn, requirePaired } from './check-data';
import type { DataFacts, Game, OptimizerOptions } from './game';
import { gradientPenalty } from './gradient-penalty';
import { meanDifference } from './loss';
import { type ObjectiveName, objectiveOf } from './objectives';
import type { Objective } from './objectives/objective';

/** A batch of pairs: the n-th of `a` and the n-th of `b` belong together. */
export interface PairBatch extends Record<string, Tensor> {
  readonly a: Tensor;
  readonly b: Tensor;
}

export interface Pix2pixOptions {
  /** From an image of `a` to one of `b`, e.g. a `unet`, whose dropout is the noise. */
  readonly generator: Model;
  /** From an image of `b`, on the condition of one of `a`, to raw scores, e.g. a `patchDiscriminator`. */
  readonly discriminator: Model;
  /** Weight of the distance to the true image; default 100; 0 leaves the discriminator as the only teacher. */
  readonly lambda?: number;
  /** Weight of the objective in the generator's loss; default 1; 0 leaves the distance as the only teacher. */
  readonly adversarial?: number;
  /** A name or an objective of one's own; default `nonSaturating`. */
  readonly objective?: ObjectiveName | Objective;
  /** Weight of a gradient penalty on the discriminator; default 0: none. */
  readonly penalty?: number;
  /** Updates of the discriminator a round; default 1. */
  readonly discriminatorSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** For both players, or one for each; default Adam, rate 2e-4, β (0.5, 0.999). */
  readonly optimizer?: PerPlayer<'discriminator' | 'generator'>;
}

export type Pix2pixGame = Game<PairBatch, 'discriminator' | 'generator', 'discriminator' | 'generator'>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

/**
 * Translates images where pairs are known. The discriminator sees an image of `b`, true or made, together with
 * its image of `a`, and minimises half its objective, as published; the
 * generator minimises `adversarial · objective + lambda · mean|b − G(a)|`. The objective makes it sharp, the
 * distance keeps it true. With `adversarial` 0 nobody asks the discriminator, and it does not play.
 *
 * @throws {ShapeError} if the discriminator does not take what the generator makes, on the condition of its input.
 * @throws {ArgumentError} if both weights are 0, or a number is out of range.
 * @see Isola et al. 2017, equations 1 to 4, https://arxiv.org/abs/1611.07004
 */
export function pix2pix(options: Pix2pixOptions): Pix2pixGame {
  const { generator, discriminator, lambda = 100, adversarial = 1, penalty = 0 } = options;
  const { discriminatorSteps = 1, generatorSteps = 1 } = options;
  const objective = objectiveOf(options.objective ?? 'nonSaturating');
  requireNumber('pix2pix', 'lambda', lambda, 0);
  requireNumber('pix2pix', 'adversarial', adversarial, 0);
  if (lambda === 0 && adversarial === 0) {
    throw new ArgumentError('pix2pix: lambda or adversarial must be above 0, got 0 for both');
  }
  requireNumber('pix2pix', 'penalty', penalty, 0);
  requireSteps('pix2pix', 'discriminatorSteps', discriminatorSteps);
  requireSteps('pix2pix', 'generatorSteps', generatorSteps);
  const shapes = { a: generator.inputShape, b: summarize(generator).outputShape };
  checkDiscriminator(discriminator, shapes);
  const optimizers = optimizersOf(['discriminator', 'generator'], options.optimizer, ADAM);

  return {
    kind: 'pix2pix',
    config: {
      kind: 'pix2pix',
      generator: modelConfig(generator),
      discriminator: modelConfig(discriminator),
      lambda,
      adversarial,
      objective: objective.kind,
      penalty,
      discriminatorSteps,
      generatorSteps,
      optimizer: optimizers,
    },
    models: { generator, discriminator },
    players: {
      discriminator: {
        owns: ['discriminator'],
        updates: adversarial === 0 ? 0 : discriminatorSteps,
        optimizer: optimizers.discriminator,
        loss({ networks, batch, random }) {
          const { a, b } = batch;
          const mode = { training: true, random };
          const fake = detach(() => networks.generator.apply(a, mode));
          const scores = (image: Tensor) => networks.discriminator.apply(image, { ...mode, condition: a });
          const loss = objective.discriminatorLoss(scores(b), scores(fake));
          if (penalty === 0) return mul(0.5, loss);
          return mul(0.5, add(loss, mul(penalty, gradientPenalty(scores, b, fake, random))));
        },
      },
      generator: {
        owns: ['generator'],
        updates: generatorSteps,
        optimizer: optimizers.generator,
        loss({ networks, batch, random }) {
          const { a, b } = batch;
          const mode = { training: true, random };
          const fake = networks.generator.apply(a, mode);
          const distance = () => mul<Scalar>(lambda, meanDifference(fake, b));
          if (adversarial === 0) return distance();
          const scores = networks.discriminator.apply(fake, { ...mode, condition: a });
          const deceit = mul<Scalar>(adversarial, objective.generatorLoss(scores));
          return lambda === 0 ? deceit : add(deceit, distance());
        },
      },
    },
    samplers: ['generator'],
    directions: { ab: { given: ['a'], like: 'b' } },
    checkData: (data) => checkPairs(data, shapes),
    sample: (networks, { given, random }) => detach(() => networks.generator.apply(given.a!, { random })),
  };
}

interface PairShapes {
  readonly a: Shape;
  readonly b: Shape;
}

function checkDiscriminator(discriminator: Model, { a, b }: PairShapes): void {
  // Finds layers that do not fit together before anything is built.
  summarize(discriminator);
  const { inputShape, condition } = discriminator;
  if (!sameShape(inputShape, b)) {
    throw new ShapeError(
      `pix2pix: discriminator must take what the generator makes, got generator output ${formatShape(b)} and discriminator input ${formatShape(inputShape)}; make both for the same size and channels`,
    );
  }
  if (!condition || condition.classes !== undefined || !sameShape(condition.shape, a)) {
    throw new ShapeError(
      `pix2pix: discriminator must have the generator's input ${formatShape(a)} as its condition, got ${condition ? formatShape(condition.shape) : 'none'}; give it condition: { shape: [${a.join(', ')}] }`,
    );
  }
}

function checkPairs(data: DataFacts, { a, b }: PairShapes): void {
  requireColumn('pix2pix', data, 'a', a, 'give pairs of images');
  requireColumn('pix2pix', data, 'b', b, 'give pairs of images');
  requirePaired('pix2pix', data, 'a and b', 'pair the images, or train a cycleGan, which needs no pairs');
}
