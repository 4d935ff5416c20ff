import { cast, mean, mul, type Scalar, slice, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { modelConfig } from '../layers/from-config';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import { detach } from '../ops/detach';
import type { RandomStream } from '../ops/random';
import { requireNumber } from '../util/require';
import { formatShape, sameShape } from '../util/shape';
import { optimizersOf, type PerPlayer, requireSteps } from './adversarial';
import { requireClasses, requireColumn, requirePaired } from './check-data';
import { crossEntropy } from './cross-entropy';
import type { DataFacts, ExampleBatch, Game, OptimizerOptions, Play } from './game';
import { gradientPenalty } from './gradient-penalty';
import { meanDifference, total } from './loss';
import { wassersteinDiscriminatorLoss, wassersteinGeneratorLoss } from './objectives/wasserstein';

export interface StarGanOptions {
  /** From an image, on the condition of a class, to the image as it would be in that domain. */
  readonly generator: Model;
  /** From an image to `[patches + domains]`: scores of patches, then a logit of each domain. */
  readonly critic: Model;
  /** Weight of the domain that the critic reads, for both players; default 1. */
  readonly classification?: number;
  /** Weight of what is lost on the way to a domain and back; default 10. */
  readonly reconstruction?: number;
  /** Weight of the gradient penalty; default 10. */
  readonly penalty?: number;
  /** Updates of the critic a round; default 5. */
  readonly criticSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** For both players, or one for each; default Adam, rate 1e-4, β (0.5, 0.999). */
  readonly optimizer?: PerPlayer<'critic' | 'generator'>;
}

/** Images and the domain, int32, that each is of. */
export interface DomainBatch extends ExampleBatch {
  readonly label: Tensor;
}

export type StarGanGame = Game<DomainBatch, 'critic' | 'generator', 'critic' | 'generator'>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 1e-4, beta1: 0.5, beta2: 0.999 };

/**
 * Translation among any number of domains by one generator. With G(x, c) the image x as it would be in domain c,
 * and for each image a target c drawn anew, the critic minimises
 *
 *     mean(score(G(x, c))) − mean(score(x)) + penalty · gradientPenalty + classification · H(label | x)
 *
 * and the generator
 *
 *     −mean(score(G(x, c))) + classification · H(c | G(x, c)) + reconstruction · mean|G(G(x, c), label) − x|
 *
 * H being the cross entropy of the domain that the critic reads. An image's score is the mean over its patches, and
 * the penalty is on that mean's gradient, so that their number does not matter. Every domain is as likely a target as
 * any other, the image's own among them. Sampling, `label` is the domain asked for.
 *
 * @throws {ShapeError} if the models do not fit each other.
 * @throws {ArgumentError} if a number is out of range.
 * @see Choi et al. 2018, equations 1 to 8, https://arxiv.org/abs/1711.09020
 */
export function starGan(options: StarGanOptions): StarGanGame {
  const { generator, critic, classification = 1, reconstruction = 10, penalty = 10 } = options;
  const { criticSteps = 5, generatorSteps = 1 } = options;
  for (const [name, weight] of Object.entries({ classification, reconstruction, penalty })) {
    requireNumber('starGan', name, weight, 0);
  }
  requireSteps('starGan', 'criticSteps', criticSteps);
  requireSteps('starGan', 'generatorSteps', generatorSteps);
  const { domains, patches } = checkModels(generator, critic);
  const optimizers = optimizersOf(['critic', 'generator'], options.optimizer, ADAM);

  type Turn = Play<DomainBatch, 'critic' | 'generator'>;
  const translate = ({ networks, random }: Turn, x: Tensor, domain: Tensor) =>
    networks.generator.apply(x, { training: true, random, condition: domain });
  /** A score `[N, 1]` and logits `[N, domains]`. */
  function judge({ networks, random }: Turn, x: Tensor): { score: Tensor; logits: Tensor } {
    const verdict = networks.critic.apply(x, { training: true, random });
    return {
      score: mean(slice(verdict, [0, 0], [-1, patches]), 1, true),
      logits: slice(verdict, [0, patches], [-1, domains]),
    };
  }

  return {
    kind: 'stargan',
    config: {
      kind: 'stargan',
      generator: modelConfig(generator),
      critic: modelConfig(critic),
      classification,
      reconstruction,
      penalty,
      criticSteps,
      generatorSteps,
      optimizer: optimizers,
    },
    models: { critic, generator },
    players: {
      critic: {
        owns: ['critic'],
        updates: criticSteps,
        optimizer: optimizers.critic,
        loss(play) {
          const { batch, random } = play;
          const { x, label } = batch;
          const target = drawDomains(x.shape[0]!, domains, random);
          const fake = detach(() => translate(play, x, target));
          const real = judge(play, x);
          const distance = wassersteinDiscriminatorLoss(real.score, judge(play, fake).score);
          const steepness = gradientPenalty((mixed) => judge(play, mixed).score, x, fake, random);
          const misread = crossEntropy(real.logits, label);
          return total([distance, mul(penalty, steepness), mul(classification, misread)]);
        },
      },
      generator: {
        owns: ['generator'],
        updates: generatorSteps,
        optimizer: optimizers.generator,
        loss(play) {
          const { x, label } = play.batch;
          const target = drawDomains(x.shape[0]!, domains, play.random);
          const fake = translate(play, x, target);
          const { score, logits } = judge(play, fake);
          const losses = [
            wassersteinGeneratorLoss(score),
            mul<Scalar>(classification, crossEntropy(logits, target)),
          ];
          if (reconstruction > 0) {
            losses.push(mul(reconstruction, meanDifference(translate(play, fake, label), x)));
          }
          return total(losses);
        },
      },
    },
    samplers: ['generator'],
    directions: { translate: { given: ['x', 'label'], like: 'x' } },
    integers: { label: domains },
    checkData: (data) => checkData(generator, domains, data),
    sample: (networks, { given, random }) =>
      detach(() => networks.generator.apply(given.x!, { random, condition: given.label })),
  };
}

/** `[count]` domains, each as likely as any other. */
function drawDomains(count: number, domains: number, random: RandomStream): Tensor {
  return cast(random.uniform([count], 0, domains), 'int32');
}

/** How many domains and patches there are. */
function checkModels(generator: Model, critic: Model): { domains: number; patches: number } {
  const { condition, inputShape } = generator;
  const domains = condition?.classes;
  if (!condition || domains === undefined || condition.shape.length > 0) {
    throw new ShapeError(
      `starGan: generator must have a class as its condition, got ${condition ? formatShape(condition.shape) : 'none'}; give its model condition: classCondition({ classes })`,
    );
  }
  const made = summarize(generator).outputShape;
  const judged = critic.inputShape;
  if (!sameShape(made, inputShape) || !sameShape(judged, inputShape)) {
    throw new ShapeError(
      `starGan: generator and critic must take the images that the generator makes, got generator ${formatShape(inputShape)} to ${formatShape(made)} and critic input ${formatShape(judged)}`,
    );
  }
  const verdict = summarize(critic).outputShape;
  const patches = verdict[0]! - domains;
  if (verdict.length !== 1 || patches < 1) {
    throw new ShapeError(
      `starGan: critic must make at least one score and ${domains} logits, a vector of ${domains + 1} or more, got ${formatShape(verdict)}; end it in branches`,
    );
  }
  return { domains, patches };
}

function checkData({ inputShape }: Model, domains: number, data: DataFacts): void {
  requireColumn('starGan', data, 'x', inputShape);
  requireColumn('starGan', data, 'label', [], 'label the images by their domains');
  requirePaired('starGan', data, 'x and label', 'label the images by their domains');
  requireClasses('starGan', data, domains);
}
