import {
  type Batch,
  type Condition,
  classCondition,
  concatCondition,
  conditional,
  conditionalDcgan,
  DataError,
  type DataSource,
  flatten,
  type Game,
  type Model,
  meaningsOf,
  mlp,
  type OptimizerOptions,
  type Shape,
  sequential,
  soundEncoder,
  wordsCondition,
} from '../index';
import { formatShape, sizeOf } from '../util/shape';
import { dcganSize, requireColumn } from './fitting';
import type { Recipe } from './recipe';

/** Length of the vectors that words and sounds are encoded to. */
const ENCODED = 64;
/** No side of DCGAN's; smaller images are made by dense layers. */
const SMALL = 16;

/**
 * A generator under a condition: a class (one-hot), words (GRU) or a sound (convolutions).
 *
 * @throws {DataError} if the data has no condition, or one that no model is for.
 */
export function conditionalFor(
  recipe: Recipe,
  data: DataSource,
  optimizer: OptimizerOptions,
): Game<Batch, string, string> {
  const shape = requireColumn(recipe, data, 'x');
  const column = recipe.by;
  if (column === undefined) {
    throw new DataError(
      `train: --game conditional needs a column that conditions, got ${Object.keys(data.shapes).join(', ')} in '${data.name}'`,
    );
  }
  const condition = conditionFor(column, requireColumn(recipe, data, column), data);
  const models =
    shape.length === 3 && shape[0]! >= SMALL
      ? images(recipe, shape, condition)
      : dense(recipe, shape, condition);
  const { objective, steps, penalty } = recipe;
  return conditional({
    ...models,
    condition: column,
    objective,
    discriminatorSteps: steps,
    penalty,
    optimizer,
  });
}

/** How a column becomes a vector. */
function conditionFor(column: string, shape: Shape, data: DataSource): Condition {
  const meaning = meaningsOf(data)[column];
  switch (meaning?.kind) {
    case 'class':
      return classCondition({ classes: meaning.names.length });
    case 'words':
      return wordsCondition({
        vocabulary: meaning.vocabulary.length,
        length: meaning.length,
        units: ENCODED,
      });
    case 'sound':
      return { shape, layer: soundEncoder({ units: ENCODED }) };
    default:
      throw new DataError(
        `train: --game conditional is for classes with names, words and sounds, got ${column} of ${formatShape(shape)} in '${data.name}'; use the library for others`,
      );
  }
}

interface Models {
  readonly generator: Model;
  readonly discriminator: Model;
}

function images({ width, latent }: Recipe, shape: Shape, condition: Condition): Models {
  return conditionalDcgan({
    size: dcganSize(shape),
    channels: shape[2]!,
    latent,
    width,
    condition,
    conditioning: { discriminator: 'projection' },
    normalization: { discriminator: 'spectral' },
  });
}

/** Points, and images of a few pixels. */
function dense({ width, latent, activation }: Recipe, shape: Shape, condition: Condition): Models {
  const hidden = [width, width, width];
  const under = (inputShape: Shape, { layer }: Model): Model => ({
    inputShape,
    condition,
    layer: sequential([...(inputShape.length > 1 ? [flatten()] : []), concatCondition(), layer]),
  });
  const outputActivation = shape.length === 3 ? ('tanh' as const) : undefined;
  return {
    generator: under([latent], mlp({ inputs: latent, hidden, outputs: shape, activation, outputActivation })),
    discriminator: under(shape, mlp({ inputs: sizeOf(shape), hidden, outputs: 1, activation })),
  };
}
