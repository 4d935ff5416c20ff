import {
  add,
  cast,
  concat,
  max,
  mul,
  notEqual,
  reshape,
  type Scalar,
  slice,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { summarize } from '../layers/inspect';
import type { Condition, Model } from '../layers/layer';
import { requireNumber } from '../util/require';
import { formatShape, sameShape, sizeOf } from '../util/shape';
import { contest, type PerPlayer } from './adversarial';
import { requireClasses, requireColumn, requirePaired } from './check-data';
import { crossEntropy } from './cross-entropy';
import type { DataFacts, ExampleBatch, Game, OptimizerOptions } from './game';
import { gradientPenalty } from './gradient-penalty';
import type { LatentSource } from './latent';
import { meanDifference, meanSquaredDifference, total } from './loss';
import { type ObjectiveName, objectiveOf } from './objectives';
import type { Objective } from './objectives/objective';

export interface ConditionalOptions<C extends string = 'label'> {
  /** The column of the data that is the condition; default `label`. */
  readonly condition?: C;
  /** From a latent and a condition to a sample. */
  readonly generator: Model;
  /**
   * From a sample, and the same condition if its model has one, to raw scores. With `auxiliary`: to one score
   * and a logit a class, `[1 + classes]`.
   */
  readonly discriminator: Model;
  /** A name or an objective of one's own; default `nonSaturating`. */
  readonly objective?: ObjectiveName | Objective;
  /**
   * Real samples with another example's condition are negatives too, and weigh as much as generated ones; default
   * true where the discriminator sees the condition.
   */
  readonly matching?: boolean;
  /** Weight of the cross entropy of the class that the discriminator reads, for both players; default 0: none. */
  readonly auxiliary?: number;
  /** Weight of the difference between a generated sample and its example's, as `distance` has it; default 0. */
  readonly reconstruction?: number;
  /**
   * Of `reconstruction`: the mean of the values' absolute differences, which is the default, or of their squares. Where
   * several answers are right, the best single one is their median, or their mean.
   */
  readonly distance?: 'absolute' | 'squared';
  /**
   * Weight of the mean absolute difference between two samples of one condition, which the generator is to make
   * large; default 0. With half the weight of `reconstruction` the two together are the energy score of each value,
   * which is best where samples are as varied as what they are to come near, and no more.
   */
  readonly diversity?: number;
  /** Weight of the objective in the generator's loss; default 1. With 0 the discriminator is not trained. */
  readonly adversarial?: number;
  /** Weight of a gradient penalty on the discriminator; default 0: none. */
  readonly penalty?: number;
  /** Default `normal`. */
  readonly latent?: LatentSource;
  /** Updates of the discriminator a round; default 1. */
  readonly discriminatorSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** For both players, or one for each; default Adam, rate 2e-4, β (0.5, 0.999). */
  readonly optimizer?: PerPlayer<'discriminator' | 'generator'>;
}

/** A batch of examples, each with its condition in the column `C`. */
export type ConditionalBatch<C extends string> = ExampleBatch & Readonly<Record<C, Tensor>>;

export type ConditionalGame<C extends string = 'label'> = Game<
  ConditionalBatch<C>,
  'discriminator' | 'generator',
  'discriminator' | 'generator'
>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

/**
 * A generator that makes a sample for a condition, against a discriminator that is to accept a real sample with
 * its own condition only. The generator minimises
 * `adversarial · objective + auxiliary · cross entropy + reconstruction · mean|generated − real| − diversity ·
 * mean|generated − generated again|`, and is given
 * the conditions of a batch of examples; the discriminator minimises `objective + auxiliary · (cross entropy of
 * real + cross entropy of generated) + penalty · gradientPenalty`.
 *
 * With `matching` half the objective's negatives are generated samples, half real ones with the condition of the
 * next example in the batch. Where that is equal to their own, the generated sample stands in for them.
 *
 * @throws {ShapeError} if the models do not fit each other and their conditions.
 * @throws {ArgumentError} if a weight is negative, or there is nothing to learn.
 * @see Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784
 * @see Reed et al. 2016, algorithm 1, https://arxiv.org/abs/1605.05396, for `matching`
 * @see Gneiting & Raftery 2007, section 4.2, https://doi.org/10.1198/016214506000001437, for the energy score
 * @see Odena et al. 2017, ACGAN, https://arxiv.org/abs/1610.09585, for `auxiliary`
 */
export function conditional<const C extends string = 'label'>(
  options: ConditionalOptions<C>,
): ConditionalGame<C> {
  const { generator, discriminator, latent = 'normal' } = options;
  const column = (options.condition ?? 'label') as C;
  const { matching = discriminator.condition !== undefined, penalty = 0 } = options;
  const { auxiliary = 0, reconstruction = 0, diversity = 0, adversarial = 1 } = options;
  const { discriminatorSteps = 1, generatorSteps = 1 } = options;
  const { distance = 'absolute' } = options;
  if (distance !== 'absolute' && distance !== 'squared') {
    throw new ArgumentError(`conditional: distance must be absolute or squared, got ${String(distance)}`);
  }
  const away = distance === 'absolute' ? meanDifference : meanSquaredDifference;
  const objective = objectiveOf(options.objective ?? 'nonSaturating');
  for (const [name, weight] of Object.entries({
    auxiliary,
    reconstruction,
    diversity,
    adversarial,
    penalty,
  })) {
    requireNumber('conditional', name, weight, 0);
  }
  if (auxiliary + reconstruction + adversarial === 0) {
    throw new ArgumentError(
      'conditional: adversarial, auxiliary or reconstruction must be above 0, got 0 for all; the generator would have nothing to learn',
    );
  }
  const judged = adversarial + auxiliary > 0;
  const condition = checkConditions(generator, discriminator, {
    matching,
    auxiliary: auxiliary > 0,
    free: judged && auxiliary + reconstruction === 0,
  });

  const verdict = (scores: Tensor) => (auxiliary > 0 ? slice(scores, [0, 0], [-1, 1]) : scores);
  const misread = (scores: Tensor, labels: Tensor) => crossEntropy(slice(scores, [0, 1], [-1, -1]), labels);

  const game = contest<ConditionalBatch<C>, 'discriminator'>({
    kind: 'conditional',
    caller: 'conditional',
    generator,
    opponent: discriminator,
    opponentName: 'discriminator',
    latent,
    steps: { discriminator: discriminatorSteps, generator: generatorSteps },
    unopposed: !judged,
    optimizer: options.optimizer,
    standard: ADAM,
    condition: column,
    settings: {
      condition: column,
      objective: objective.kind,
      matching,
      auxiliary,
      reconstruction,
      distance,
      diversity,
      adversarial,
      penalty,
    },
    opponentLoss(fake, score, { batch, random }) {
      const { x } = batch;
      const given: Tensor = batch[column];
      const real = score(x);
      const made = score(fake);
      const losses = [objective.discriminatorLoss(verdict(real), verdict(made))];
      if (matching) {
        const other = rolled(given);
        const mismatched = choose(differing(given, other), verdict(score(x, other)), verdict(made));
        losses[0] = mul(0.5, add(losses[0]!, objective.discriminatorLoss(verdict(real), mismatched)));
      }
      if (auxiliary > 0) losses.push(mul(auxiliary, add(misread(real, given), misread(made, given))));
      if (penalty > 0) {
        losses.push(
          mul(
            penalty,
            gradientPenalty((mixed) => verdict(score(mixed)), x, fake, random),
          ),
        );
      }
      return total(losses);
    },
    generatorLoss(fake, score, { batch }, again) {
      const losses: Scalar[] = [];
      const scores = judged ? score(fake) : undefined;
      if (scores && adversarial > 0) losses.push(mul(adversarial, objective.generatorLoss(verdict(scores))));
      if (scores && auxiliary > 0) losses.push(mul(auxiliary, misread(scores, batch[column])));
      if (reconstruction > 0) losses.push(mul(reconstruction, away(fake, batch.x)));
      if (diversity > 0) losses.push(mul(-diversity, meanDifference(fake, again())));
      return total(losses);
    },
  });

  return {
    ...game,
    ...(condition.classes !== undefined && { integers: { [column]: condition.classes } }),
    checkData(data) {
      game.checkData(data);
      checkColumn(column, condition, data);
    },
  };
}

/** Each example's condition given to the one before it, the first's to the last. */
function rolled(conditions: Tensor): Tensor {
  const [count, ...rest] = conditions.shape as [number, ...number[]];
  if (count === 1) return conditions;
  const from = rest.map(() => 0);
  const first = slice(conditions, [0, ...from], [1, ...rest]);
  return concat([slice(conditions, [1, ...from], [count - 1, ...rest]), first], 0);
}

/** `[N]`: 1 where two conditions are not the same, else 0. */
function differing(one: Tensor, other: Tensor): Tensor {
  const count = one.shape[0]!;
  const unequal = cast(notEqual(one, other), 'float32');
  return max(reshape(unequal, [count, sizeOf(one.shape) / count]), 1);
}

/** Of two scores `[N, …]` the first where `mask` `[N]` is 1, the second where it is 0. */
function choose(mask: Tensor, first: Tensor, second: Tensor): Tensor {
  const everywhere = reshape(mask, [mask.shape[0]!, ...first.shape.slice(1).map(() => 1)]);
  return add(mul(everywhere, first), mul(sub(1, everywhere), second));
}

/** The condition that both models have. */
function checkConditions(
  generator: Model,
  discriminator: Model,
  {
    matching,
    auxiliary,
    free,
  }: { readonly matching: boolean; readonly auxiliary: boolean; readonly free: boolean },
): Condition {
  const { condition } = generator;
  const seen = discriminator.condition;
  if (!condition) {
    throw new ShapeError(
      'conditional: generator must have a condition, got one without; give its model one, or play gan',
    );
  }
  if (seen && (!sameShape(seen.shape, condition.shape) || seen.classes !== condition.classes)) {
    throw new ShapeError(
      `conditional: discriminator must have the generator's condition ${describe(condition)}, got ${describe(seen)}`,
    );
  }
  if (matching && !seen) {
    throw new ShapeError(
      'conditional: matching needs a discriminator with a condition, got one without; leave matching out',
    );
  }
  if (!seen && free) {
    throw new ShapeError(
      'conditional: discriminator must have a condition where auxiliary and reconstruction are 0, got one without; the generator could ignore its own',
    );
  }
  if (auxiliary) {
    const { outputShape } = summarize(discriminator);
    const { classes, shape } = condition;
    if (classes === undefined || shape.length > 0) {
      throw new ShapeError(
        `conditional: auxiliary needs one class an example, got condition ${describe(condition)}; leave auxiliary out`,
      );
    }
    if (!sameShape(outputShape, [1 + classes])) {
      throw new ShapeError(
        `conditional: discriminator must make a score and ${classes} logits, ${formatShape([1 + classes])}, for auxiliary, got ${formatShape(outputShape)}`,
      );
    }
  }
  return condition;
}

function describe({ shape, classes }: Condition): string {
  return classes === undefined ? formatShape(shape) : `${formatShape(shape)} of ${classes} classes`;
}

/** @throws {DataError} unless the data has the condition beside each example. */
function checkColumn(column: string, { shape, classes }: Condition, data: DataFacts): void {
  const remedy = 'use data with it, or name another condition';
  requireColumn('conditional', data, column, shape, remedy);
  requirePaired('conditional', data, `x and ${column}`, 'use paired data, or play cycleGan');
  if (column === 'label' && classes !== undefined) requireClasses('conditional', data, classes);
}
