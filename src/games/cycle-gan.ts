import { add, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { modelConfig } from '../layers/from-config';
import { imagePool } from '../layers/image-pool';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import { detach } from '../ops/detach';
import { requireInteger, requireNumber } from '../util/require';
import { formatShape, type Shape, sameShape } from '../util/shape';
import { optimizersOf, type PerPlayer } from './adversarial';
import { requireColumn } from './check-data';
import type { DataFacts, Game, OptimizerOptions, Play } from './game';
import { meanDifference, total } from './loss';
import { type ObjectiveName, objectiveOf } from './objectives';
import type { Objective } from './objectives/objective';

/** Images of two domains; image i of the one has nothing to do with image i of the other. */
export interface TranslationBatch extends Record<string, Tensor> {
  readonly a: Tensor;
  readonly b: Tensor;
}

export interface CycleGanOptions {
  /** From an image of domain a to one of domain b. */
  readonly generatorAB: Model;
  /** From an image of domain b to one of domain a. */
  readonly generatorBA: Model;
  /** From an image of domain a to raw scores, of the image or of its patches. */
  readonly discriminatorA: Model;
  /** From an image of domain b to raw scores. */
  readonly discriminatorB: Model;
  /** A name or an objective of one's own; default `leastSquares`. */
  readonly objective?: ObjectiveName | Objective;
  /** λ: weight of what is lost on the way to the other domain and back; default 10. */
  readonly cycle?: number;
  /** Weight of what a generator changes in images that are of its domain already; default half of `cycle`. */
  readonly identity?: number;
  /** Generated images of each domain that its discriminator may see again; 0 for none; default 50. */
  readonly pool?: number;
  /** For both players, or one for each; default Adam, rate 2e-4, β (0.5, 0.999). */
  readonly optimizer?: PerPlayer<CycleGanPlayer>;
}

export type CycleGanPlayer = 'generators' | 'discriminators';
export type CycleGanNetwork =
  | 'generatorAB'
  | 'generatorBA'
  | 'discriminatorA'
  | 'discriminatorB'
  | 'poolA'
  | 'poolB';
export type CycleGanGame = Game<TranslationBatch, CycleGanPlayer, CycleGanNetwork>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

/**
 * Translation between two domains of which no pairs are known: a generator for each direction, against a
 * discriminator of each domain. With G = `generatorAB` and F = `generatorBA` the generators minimise
 *
 *     adversarial(D_B(G(a))) + adversarial(D_A(F(b)))
 *       + cycle · (mean|F(G(a)) − a| + mean|G(F(b)) − b|)
 *       + identity · (mean|G(b) − b| + mean|F(a) − a|)
 *
 * and the discriminators half the sum of their losses, on images from a pool of generated ones. Each direction is
 * sampled: `ab` from `a`, `ba` from `b`.
 *
 * As published but for this: the discriminators play on a fresh batch, translated anew by the generators after
 * their update. The published learning rates are whole for half of the rounds and then fall to zero: the Trainer's
 * `learningRateDecay`.
 *
 * @throws {ShapeError} if a model does not take what another makes.
 * @throws {ArgumentError} if a weight is negative, or the pool's size not an integer ≥ 0.
 * @see Zhu et al. 2017, https://arxiv.org/abs/1703.10593
 */
export function cycleGan(options: CycleGanOptions): CycleGanGame {
  const { generatorAB, generatorBA, discriminatorA, discriminatorB } = options;
  const { cycle = 10, pool = 50 } = options;
  requireNumber('cycleGan', 'cycle', cycle, 0);
  const { identity = 0.5 * cycle } = options;
  requireNumber('cycleGan', 'identity', identity, 0);
  requireInteger('cycleGan', 'pool', pool, 0);
  const objective = objectiveOf(options.objective ?? 'leastSquares');
  const shapes = checkModels(options, identity);
  const optimizers = optimizersOf(['generators', 'discriminators'], options.optimizer, ADAM);
  // The paper's squares have no ½ of their own, and λ weighs against them.
  const adversarial = objective.kind === 'leastSquares' ? 2 : 1;

  /** One direction's part of the generators' loss. */
  function generatorsLoss(play: CycleGanPlay, { to, back, judge }: Way, from: Tensor, other: Tensor): Scalar {
    const { networks, random } = play;
    const mode = { training: true, random };
    const fake = networks[to].apply(from, mode);
    const won = objective.generatorLoss(networks[judge].apply(fake, mode));
    const terms: Scalar[] = [mul(won, adversarial)];
    if (cycle > 0) terms.push(mul(meanDifference(networks[back].apply(fake, mode), from), cycle));
    if (identity > 0) terms.push(mul(meanDifference(networks[to].apply(other, mode), other), identity));
    return total(terms);
  }

  /** One direction's part of the discriminators' loss. */
  function discriminatorsLoss(
    play: CycleGanPlay,
    { to, judge, pool }: Way,
    from: Tensor,
    real: Tensor,
  ): Scalar {
    const { networks, random } = play;
    const mode = { training: true, random };
    const fake = networks[pool].apply(
      detach(() => networks[to].apply(from, mode)),
      mode,
    );
    const scores = (images: Tensor) => networks[judge].apply(images, mode);
    return mul(objective.discriminatorLoss(scores(real), scores(fake)), 0.5 * adversarial);
  }

  return {
    kind: 'cyclegan',
    config: {
      kind: 'cyclegan',
      generatorAB: modelConfig(generatorAB),
      generatorBA: modelConfig(generatorBA),
      discriminatorA: modelConfig(discriminatorA),
      discriminatorB: modelConfig(discriminatorB),
      objective: objective.kind,
      cycle,
      identity,
      pool,
      optimizer: optimizers,
    },
    models: {
      generatorAB,
      generatorBA,
      discriminatorA,
      discriminatorB,
      poolA: { inputShape: shapes.a, layer: imagePool({ size: pool }) },
      poolB: { inputShape: shapes.b, layer: imagePool({ size: pool }) },
    },
    players: {
      generators: {
        owns: ['generatorAB', 'generatorBA'],
        updates: 1,
        optimizer: optimizers.generators,
        loss(play) {
          const { a, b } = play.batch;
          return add(generatorsLoss(play, AB, a, b), generatorsLoss(play, BA, b, a));
        },
      },
      discriminators: {
        owns: ['discriminatorA', 'discriminatorB', 'poolA', 'poolB'],
        updates: 1,
        optimizer: optimizers.discriminators,
        loss(play) {
          const { a, b } = play.batch;
          return add(discriminatorsLoss(play, AB, a, b), discriminatorsLoss(play, BA, b, a));
        },
      },
    },
    samplers: ['generatorAB', 'generatorBA'],
    directions: {
      ab: { given: ['a'], like: 'b', back: 'ba' },
      ba: { given: ['b'], like: 'a', back: 'ab' },
    },
    checkData: (data) => checkData(data, shapes),
    sample: (networks, { direction, given, random }) =>
      detach(() =>
        direction === 'ba'
          ? networks.generatorBA.apply(given.b!, { random })
          : networks.generatorAB.apply(given.a!, { random }),
      ),
  };
}

type CycleGanPlay = Play<TranslationBatch, CycleGanNetwork>;

/** The networks of one direction: there, back, who judges what is made, and where that is kept. */
interface Way {
  readonly to: CycleGanNetwork;
  readonly back: CycleGanNetwork;
  readonly judge: CycleGanNetwork;
  readonly pool: CycleGanNetwork;
}

const AB: Way = { to: 'generatorAB', back: 'generatorBA', judge: 'discriminatorB', pool: 'poolB' };
const BA: Way = { to: 'generatorBA', back: 'generatorAB', judge: 'discriminatorA', pool: 'poolA' };

interface Domains {
  readonly a: Shape;
  readonly b: Shape;
}

/** The shapes of the domains' images. */
function checkModels(models: CycleGanOptions, identity: number): Domains {
  const { generatorAB, generatorBA, discriminatorA, discriminatorB } = models;
  const a = generatorAB.inputShape;
  const b = summarize(generatorAB).outputShape;
  const require = (name: string, takesOrMakes: string, found: Shape, domain: 'a' | 'b', wanted: Shape) => {
    if (sameShape(found, wanted)) return;
    throw new ShapeError(
      `cycleGan: ${name} must ${takesOrMakes} images of domain ${domain} ${formatShape(wanted)}, which generatorAB ${domain === 'a' ? 'takes' : 'makes'}, got ${formatShape(found)}; make the models for the same size and channels`,
    );
  };
  require('generatorBA', 'take', generatorBA.inputShape, 'b', b);
  require('generatorBA', 'make', summarize(generatorBA).outputShape, 'a', a);
  require('discriminatorA', 'take', discriminatorA.inputShape, 'a', a);
  require('discriminatorB', 'take', discriminatorB.inputShape, 'b', b);
  // Finds layers that do not fit together before anything is built.
  summarize(discriminatorA);
  summarize(discriminatorB);
  if (identity > 0 && !sameShape(a, b)) {
    throw new ShapeError(
      `cycleGan: identity needs domains of one shape, got ${formatShape(a)} and ${formatShape(b)}; set identity to 0`,
    );
  }
  return { a, b };
}

function checkData(data: DataFacts, { a, b }: Domains): void {
  requireColumn('cycleGan', data, 'a', a, 'give two data sets, one a domain');
  requireColumn('cycleGan', data, 'b', b, 'give two data sets, one a domain');
}
