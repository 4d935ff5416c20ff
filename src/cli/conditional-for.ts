import {
  type Batch,
  batchNorm,
  type Condition,
  classCondition,
  concatCondition,
  conditional,
  conditionalDcgan,
  DataError,
  type DataSource,
  dense,
  flatten,
  type Game,
  leakyRelu,
  type Model,
  meaningsOf,
  mlp,
  nextFrameModels,
  type OptimizerOptions,
  projection,
  relu,
  reshape,
  type Shape,
  sequential,
  soundCondition,
  tanh,
  wordsCondition,
} from '../index';
import { formatShape, sizeOf } from '../util/shape';
import { dcganSize, requireColumn } from './fitting';
import { type Recipe, SMALL_SIDE } from './recipe';

/** Length of the vectors that words and sounds are encoded to. */
const ENCODED = 64;
/** So few units that little but what is said gets through: what varies is to come from the latent. */
const HEARD = { width: 8, units: 10, dropout: 0 };
/**
 * A generator under a condition: a class (one-hot), words (GRU), a sound (convolutions) or the past.
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
  const given = requireColumn(recipe, data, column);
  if (column === 'past') return nextFrameFor(recipe, shape, given);
  const conditions: Conditions = {
    generator: conditionFor(column, given, data, 'batch'),
    // Batch normalisation ties examples together, whose gradients a penalty takes one by one.
    discriminator: conditionFor(column, given, data, 'layer'),
  };
  const models = shape.length !== 3 ? points : shape[0]! >= SMALL_SIDE ? images : smallImages;
  const { objective, steps, penalty, lambda } = recipe;
  return conditional({
    ...models(recipe, shape, conditions),
    condition: column,
    objective,
    discriminatorSteps: steps,
    penalty,
    reconstruction: lambda,
    optimizer,
  });
}

/** What comes next of what was seen: near it and as varied, whole by the discriminator. */
function nextFrameFor(
  { width, latent, learningRate, objective, steps, lambda }: Recipe,
  frame: Shape,
  past: Shape,
): Game<Batch, string, string> {
  return conditional({
    condition: 'past',
    ...nextFrameModels({ frame, past: past[2]!, latent, width }),
    objective,
    discriminatorSteps: steps,
    reconstruction: lambda,
    diversity: lambda / 2,
    matching: false,
    optimizer: { kind: 'adam', learningRate, beta1: 0, beta2: 0.999 },
  });
}

/** How a column becomes a vector. */
function conditionFor(
  column: string,
  shape: Shape,
  data: DataSource,
  normalization: 'batch' | 'layer',
): Condition {
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
      return soundCondition({ ...HEARD, frames: shape[0]!, mels: shape[1]!, normalization });
    default:
      throw new DataError(
        `train: --game conditional is for classes with names, words and sounds, got ${column} of ${formatShape(shape)} in '${data.name}'; use the library for others`,
      );
  }
}

/** What each of the two is given. */
type Conditions = Readonly<Record<'generator' | 'discriminator', Condition>>;

interface Models {
  readonly generator: Model;
  readonly discriminator: Model;
}

function images({ width, latent }: Recipe, shape: Shape, { generator: condition }: Conditions): Models {
  return conditionalDcgan({
    size: dcganSize(shape),
    channels: shape[2]!,
    latent,
    width,
    condition,
    conditioning: { generator: 'batchNorm', discriminator: 'concatenation' },
    normalization: { discriminator: 'spectral' },
  });
}

/** Images of a few pixels: dense layers, the last of the discriminator a projection. */
function smallImages({ width, latent }: Recipe, shape: Shape, conditions: Conditions): Models {
  const hidden = [dense({ units: width }), batchNorm(), relu()];
  const image = [dense({ units: sizeOf(shape) }), tanh(), reshape({ shape })];
  const features = [
    flatten(),
    dense({ units: width }),
    leakyRelu(),
    dense({ units: width / 2 }),
    leakyRelu(),
  ];
  return {
    generator: {
      inputShape: [latent],
      condition: conditions.generator,
      layer: sequential([concatCondition(), ...hidden, ...hidden, ...image]),
    },
    discriminator: {
      inputShape: shape,
      condition: conditions.discriminator,
      layer: sequential([...features, projection()]),
    },
  };
}

function points({ width, latent, activation }: Recipe, shape: Shape, conditions: Conditions): Models {
  const hidden = [width, width, width];
  const under = ({ inputShape, layer }: Model, condition: Condition): Model => ({
    inputShape,
    condition,
    layer: sequential([concatCondition(), layer]),
  });
  return {
    generator: under(mlp({ inputs: latent, hidden, outputs: shape, activation }), conditions.generator),
    discriminator: under(mlp({ inputs: shape, hidden, outputs: 1, activation }), conditions.discriminator),
  };
}
