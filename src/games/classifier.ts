import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { modelConfig } from '../layers/from-config';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import { detach } from '../ops/detach';
import { formatShape } from '../util/shape';
import { requireClasses, requireColumn } from './check-data';
import { crossEntropy } from './cross-entropy';
import type { DataFacts, Game, OptimizerOptions } from './game';

export interface ClassifierOptions<X extends string = 'x', L extends string = 'label'> {
  /** From an example to one logit for each class. */
  readonly model: Model;
  /** The column that is read; default `x`. */
  readonly input?: X;
  /** The column that holds the class; default `label`. */
  readonly label?: L;
  /** Default Adam, rate 1e-3, β (0.9, 0.999). */
  readonly optimizer?: OptimizerOptions;
}

export type ClassifierGame<X extends string = 'x', L extends string = 'label'> = Game<
  Record<X | L, Tensor>,
  'classifier',
  'classifier'
>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999 };

/**
 * A game of one player, who learns to tell classes by cross entropy: to judge what a generator draws, with nothing
 * that the generator has seen. `sample(n, { given: { x } })` is its logits `[n, classes]`; see `bestClasses` and
 * `accuracy`.
 *
 * @throws {ShapeError} if the model does not end in `[classes]`.
 * @throws {ArgumentError} if both columns are the same, or the model needs a condition.
 */
export function classifier<X extends string = 'x', L extends string = 'label'>(
  options: ClassifierOptions<X, L>,
): ClassifierGame<X, L> {
  const { model, optimizer = ADAM } = options;
  const input = options.input ?? ('x' as X);
  const label = options.label ?? ('label' as L);
  const { outputShape } = summarize(model);
  const [classes] = outputShape;
  if (outputShape.length !== 1 || classes === undefined) {
    throw new ShapeError(
      `classifier: model must end in [classes], got ${formatShape(outputShape)}; end it with dense`,
    );
  }
  if ((input as string) === label || model.condition) {
    throw new ArgumentError(
      `classifier: input and label must be two columns and the model without a condition, got ${input} and ${label}${model.condition ? ' and a condition' : ''}`,
    );
  }
  return {
    kind: 'classifier',
    config: { kind: 'classifier', model: modelConfig(model), input, label, optimizer },
    models: { classifier: model },
    players: {
      classifier: {
        owns: ['classifier'],
        updates: 1,
        optimizer,
        loss({ networks, batch, random }) {
          const logits = networks.classifier.apply(batch[input], { training: true, random });
          return crossEntropy(logits, batch[label]);
        },
      },
    },
    samplers: ['classifier'],
    directions: { read: { given: [input], like: label } },
    integers: { [label]: classes },
    checkData(data: DataFacts) {
      requireColumn('classifier', data, input, model.inputShape);
      requireColumn('classifier', data, label, []);
      if (label === 'label') requireClasses('classifier', data, classes);
    },
    sample: (networks, { given, random }) =>
      detach(() => networks.classifier.apply(given[input]!, { random })),
  };
}
