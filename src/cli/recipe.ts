import {
  type ActivationName,
  ArgumentError,
  type DataSource,
  OBJECTIVES,
  type ObjectiveName,
} from '../index';
import { columnsOf } from './columns';

export const GAME_NAMES = [
  'gan',
  'wgan',
  'wgan-gp',
  'conditional',
  'pix2pix',
  'cyclegan',
  'stargan',
] as const;
export type GameName = (typeof GAME_NAMES)[number];
/** Objectives as the command line spells them. */
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES).map((name) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
);

/** How a run is set up: all that makes its game, and how long it is played. */
export interface Recipe {
  readonly game: GameName;
  /** Of the games that any objective can be played for; camel case, as in the library. */
  readonly objective: ObjectiveName;
  /** Of `conditional`: the column that conditions. */
  readonly by?: string;
  readonly rounds: number;
  readonly batch: number;
  /** Images: channels next to the image. Points: width of the three hidden layers. */
  readonly width: number;
  readonly latent: number;
  /** Updates of the discriminator or critic a round. */
  readonly steps: number;
  readonly penalty: number;
  /** Weight of the L1 loss: to the example (conditional, pix2pix), around the cycle (CycleGAN), back to the class (StarGAN). */
  readonly lambda: number;
  /** Of both players. */
  readonly learningRate: number;
  /** Whether the learning rates fall in a line to zero at the last round. */
  readonly anneal: boolean;
  /** Decay of the averaged weights; 0 for none. */
  readonly averaging: number;
  /** Between the hidden layers of networks for points. */
  readonly activation: ActivationName;
}

const IMAGES: Recipe = {
  game: 'gan',
  objective: 'nonSaturating',
  rounds: 5000,
  batch: 64,
  width: 32,
  latent: 64,
  steps: 1,
  penalty: 0,
  lambda: 0,
  learningRate: 2e-4,
  anneal: false,
  averaging: 0.999,
  activation: 'leakyRelu',
};

const POINTS: Recipe = {
  game: 'gan',
  objective: 'nonSaturating',
  rounds: 6000,
  batch: 256,
  width: 128,
  latent: 2,
  steps: 1,
  penalty: 0.1,
  lambda: 0,
  learningRate: 1e-3,
  anneal: true,
  averaging: 0.99,
  activation: 'tanh',
};

/** What turned out best for a built-in data set, where it differs. */
const BUILT_IN: Readonly<Record<string, Partial<Recipe>>> = {
  faces: { batch: 32, width: 24, learningRate: 5e-4, averaging: 0.995 },
};

/** What the Wasserstein games change: the critic is updated more often. On points, as published but for the penalty. */
const WGAN_GP: Partial<Recipe> = { steps: 5, learningRate: 1e-4 };
/** On images: the published penalty; fewer, larger steps get further in the minutes that a CPU has. */
const WGAN_GP_IMAGES: Partial<Recipe> = { steps: 3, learningRate: 5e-4, penalty: 10 };
/** With clipped weights, as published. */
const WGAN: Partial<Recipe> = { steps: 5, learningRate: 5e-5 };
/** Hinge, and a discriminator of normalised weights: colours that were asked for are there soonest. */
const CONDITIONAL: Partial<Recipe> = { objective: 'hinge', batch: 32, learningRate: 4e-4, averaging: 0.998 };
/** Images with a shorter side are made by dense layers. */
export const SMALL_SIDE = 16;
/** Their settings. */
const SMALL_CONDITIONAL: Partial<Recipe> = {
  objective: 'hinge',
  rounds: 1200,
  width: 256,
  steps: 3,
  penalty: 10,
  learningRate: 3e-4,
};
/** Next frames: see `examples/next-frame.ts`. */
const NEXT_FRAME: Partial<Recipe> = {
  rounds: 6000,
  batch: 24,
  width: 24,
  latent: 8,
  lambda: 40,
  learningRate: 7e-4,
  anneal: true,
  averaging: 0.995,
};
/** As published but for the width, and larger batches and steps, which get further in a CPU's minutes. */
const PIX2PIX: Partial<Recipe> = { batch: 8, lambda: 100, rounds: 4000 };
const CYCLEGAN: Partial<Recipe> = {
  objective: 'leastSquares',
  rounds: 8000,
  batch: 2,
  width: 24,
  lambda: 10,
  learningRate: 3e-4,
  anneal: true,
  averaging: 0.995,
};
const STARGAN: Partial<Recipe> = {
  rounds: 3000,
  batch: 8,
  width: 16,
  steps: 3,
  penalty: 10,
  lambda: 10,
  learningRate: 5e-4,
  anneal: true,
  averaging: 0.999,
};

/** Games that are played for an objective. */
const WITH_OBJECTIVE: readonly GameName[] = ['gan', 'conditional', 'pix2pix', 'cyclegan'];
/** Games that have a weight λ. */
const WITH_LAMBDA: readonly GameName[] = ['conditional', 'pix2pix', 'cyclegan', 'stargan'];
/** Columns that a condition is taken from, the most telling first. */
const CONDITIONS = ['words', 'sound', 'past', 'label'];

/** The game that data is for: where a condition was named, it conditions. */
function gameOf(source: string, { shapes, unpaired }: DataSource): GameName {
  if (shapes.a && shapes.b) return unpaired ? 'cyclegan' : 'pix2pix';
  return shapes.sound || shapes.past || columnsOf(source)?.words ? 'conditional' : 'gan';
}

/** The settings that suit the data, with those that were asked for in place of them. */
export function recipeFor(source: string, data: DataSource, asked: Partial<Recipe>): Recipe {
  const game = asked.game ?? gameOf(source, data);
  const images = (data.shapes.x ?? data.shapes.a)?.length === 3;
  const changes: Readonly<Record<GameName, Partial<Recipe>>> = {
    gan: {},
    wgan: WGAN,
    'wgan-gp': images ? WGAN_GP_IMAGES : WGAN_GP,
    conditional: { ...conditionalOn(data.shapes), by: CONDITIONS.find((column) => data.shapes[column]) },
    pix2pix: PIX2PIX,
    cyclegan: CYCLEGAN,
    stargan: STARGAN,
  };
  const recipe = { ...(images ? IMAGES : POINTS), ...BUILT_IN[source], ...changes[game], ...asked, game };
  requireFor('objective', WITH_OBJECTIVE, asked.objective, game);
  requireFor('lambda', WITH_LAMBDA, asked.lambda, game);
  requireFor('by', ['conditional'], asked.by, game);
  return recipe;
}

function conditionalOn({ x = [], past }: DataSource['shapes']): Partial<Recipe> {
  if (past) return NEXT_FRAME;
  if (x.length !== 3) return {};
  return x[0]! < SMALL_SIDE ? SMALL_CONDITIONAL : CONDITIONAL;
}

function requireFor(option: string, games: readonly GameName[], asked: unknown, game: GameName): void {
  if (asked === undefined || games.includes(game)) return;
  throw new ArgumentError(
    `train: --${option} is for --game ${games.join(', ')}, got --game ${game}; leave one of them out`,
  );
}

/** `non-saturating` → `nonSaturating`. */
export function objectiveFromOption(name: string): ObjectiveName {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as ObjectiveName;
}
