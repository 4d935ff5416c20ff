import {
  ArgumentError,
  type Batch,
  type ChooseOptions,
  type DataSource,
  type Game,
  gameFromConfig,
  type LearningRateDecay,
  readCheckpoint,
  Trainer,
  version,
} from '../index';
import { readFileBytes } from '../util/files';
import { columnsOf } from './columns';
import { askedFor } from './condition';
import { type DataSettings, openSource } from './data';
import { gameFor } from './game-for';
import { canPicture } from './picture';
import { play } from './play';
import { type GameName, objectiveFromOption, type Recipe, recipeFor } from './recipe';
import { createReporter, type Reporter } from './reporter';
import { type RunConfig, RunFolder } from './run-folder';

/** What the command line gives `train`; undefined where an option was left out. */
export interface TrainOptions {
  readonly data?: string;
  readonly size?: number;
  readonly channels?: 1 | 3;
  readonly labelColumn?: number | string;
  readonly imageShape?: readonly [number, number, number];
  readonly imageRange?: readonly [number, number];
  readonly game?: GameName;
  readonly objective?: string;
  readonly by?: string;
  readonly rounds?: number;
  readonly minutes?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly width?: number;
  readonly latent?: number;
  readonly steps?: number;
  readonly penalty?: number;
  readonly lambda?: number;
  readonly condition?: string;
  readonly learningRate?: number;
  readonly anneal?: boolean;
  readonly averaging?: number;
  readonly backend?: Backend;
  readonly threads?: number;
  readonly out?: string;
  readonly saveEvery?: number;
  readonly logEvery?: number;
  readonly resume?: boolean;
  readonly capture?: boolean;
  readonly profile?: boolean;
  readonly json?: boolean;
}

type Backend = NonNullable<ChooseOptions['backend']>;
type AnyTrainer = Trainer<Batch, string, string>;

const DEFAULT_DATA = 'faces';
const DEFAULT_LOG_EVERY = 10;
/** Of a run that is resumed, these may be other than before. */
const FREE_ON_RESUME: readonly string[] = [
  'data',
  'rounds',
  'minutes',
  'backend',
  'threads',
  'out',
  'saveEvery',
  'logEvery',
  'condition',
  'resume',
  'capture',
  'profile',
  'json',
];

/** A run that is ready to be played. */
interface Prepared {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly data: DataSource;
  readonly trainer: AnyTrainer;
}

/** `kallima train`: plays a game on some data in a run folder, new or resumed. */
export async function train(options: TrainOptions): Promise<void> {
  const reporter = createReporter(options.json ?? false);
  try {
    const prepared = await (options.resume ? resumeRun(options) : newRun(options));
    try {
      announce(reporter, prepared);
      await play(
        prepared.trainer,
        prepared.data,
        prepared.folder,
        prepared.config,
        reporter,
        options.profile,
      );
    } finally {
      prepared.trainer.dispose();
    }
  } finally {
    reporter.close();
  }
}

async function newRun(options: TrainOptions): Promise<Prepared> {
  const {
    data: source = DEFAULT_DATA,
    size,
    channels,
    labelColumn,
    imageShape,
    imageRange,
    seed = 0,
    backend = 'auto',
    threads,
  } = options;
  if (options.out !== undefined) await RunFolder.requireFree(options.out);
  const settings: DataSettings = { source, size, channels, labelColumn, imageShape, imageRange };
  const data = await openSource(settings, options.game);
  const recipe = recipeFor(source, data, askedRecipe(options));
  const { minutes, saveEvery, logEvery = DEFAULT_LOG_EVERY, condition } = options;
  const rounds = options.rounds ?? (minutes === undefined ? recipe.rounds : undefined);
  if (options.anneal && rounds === undefined) {
    throw new ArgumentError('train: --anneal needs a last round, got only --minutes; pass --rounds, too');
  }
  const config: RunConfig = {
    kallima: version,
    data: settings,
    recipe,
    rounds,
    minutes,
    seed,
    backend,
    threads,
    saveEvery,
    logEvery,
    condition,
  };
  const trainer = await Trainer.create(gameFor(recipe, data), {
    data,
    batchSize: recipe.batch,
    seed,
    averaging: recipe.averaging === 0 ? false : recipe.averaging,
    learningRateDecay: annealing(recipe, rounds),
    backend,
    threads,
    capture: options.capture,
  });
  try {
    await checkCondition(trainer, data, condition);
    const out = options.out ?? (await RunFolder.unused(`${runName(source)}-${recipe.game}`));
    return { folder: await RunFolder.create(out, config), config, data, trainer };
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

/** Draws once what the pictures are to show: before the run, so that a word nobody knows does not end it. */
async function checkCondition(
  trainer: AnyTrainer,
  data: DataSource,
  text: string | undefined,
): Promise<void> {
  const given = askedFor(trainer, data, text);
  if (given) (await trainer.sample(1, { given })).dispose();
}

/** Whose learning rates are whole for the first half, as published. */
const CONSTANT_FIRST: readonly GameName[] = ['conditional', 'cyclegan', 'stargan'];

/** The fall of the learning rates; a run that only the clock ends has none. */
function annealing({ anneal, game }: Recipe, rounds: number | undefined): LearningRateDecay | undefined {
  if (!anneal || rounds === undefined) return undefined;
  return { start: CONSTANT_FIRST.includes(game) ? Math.floor(rounds / 2) : 0, end: rounds };
}

/** What a new run's folder is named after: its data, without the way there. */
function runName(source: string): string {
  const sources = Object.values(columnsOf(source) ?? { x: source });
  return sources
    .map((path) =>
      path
        .replace(/\/+$/, '')
        .split('/')
        .pop()!
        .replace(/\.\w+$/, ''),
    )
    .join('-');
}

/** The part of the recipe that was asked for. */
function askedRecipe(options: TrainOptions): Partial<Recipe> {
  const { game, by, rounds, batch, width, latent, steps, penalty, lambda } = options;
  const { learningRate, anneal, averaging } = options;
  const objective = options.objective && objectiveFromOption(options.objective);
  const asked = {
    game,
    by,
    objective,
    rounds,
    batch,
    width,
    latent,
    steps,
    penalty,
    lambda,
    learningRate,
    anneal,
    averaging,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

async function resumeRun(options: TrainOptions): Promise<Prepared> {
  if (options.out === undefined)
    throw new ArgumentError('train: --resume needs --out, got none; name the folder of the run');
  const fixed = Object.entries(options).find(
    ([name, value]) => value !== undefined && !FREE_ON_RESUME.includes(name),
  );
  if (fixed) {
    const option = fixed[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ArgumentError(
      `train: --resume keeps the settings of the run, got --${option}; leave it out, or start a new run`,
    );
  }
  const { folder, config: before } = await RunFolder.open(options.out);
  const path = await folder.latestCheckpoint();
  if (!path)
    throw new ArgumentError(
      `train: --resume needs a checkpoint, got '${options.out}' without one; start a new run`,
    );
  const { backend = before.backend as Backend, threads = before.threads, minutes } = options;
  const { saveEvery = before.saveEvery, logEvery = before.logEvery } = options;
  const { condition = before.condition } = options;
  const rounds = options.rounds ?? (minutes === undefined ? before.rounds : undefined);
  const settings: DataSettings = { ...before.data, source: options.data ?? before.data.source };
  const config: RunConfig = {
    ...before,
    data: settings,
    rounds,
    minutes,
    backend,
    threads,
    saveEvery,
    logEvery,
    condition,
  };
  if (rounds === undefined && minutes === undefined) {
    throw new ArgumentError(
      'train: --resume of a run that the clock ended needs a new end, got none; pass --rounds or --minutes',
    );
  }
  const bytes = await readFileBytes(path);
  const { header } = readCheckpoint(bytes, path);
  if (rounds !== undefined && rounds <= header.position.round) {
    throw new ArgumentError(
      `train: --rounds must be above the ${header.position.round} rounds played, got ${rounds}; the run is finished`,
    );
  }
  const data = await openSource(settings, config.recipe.game);
  const game = gameFromConfig(header.game.config) as Game<Batch, string, string>;
  const learningRateDecay = annealing(config.recipe, rounds);
  const trainer = await Trainer.fromBytes(
    bytes,
    game,
    { data, backend, threads, learningRateDecay, capture: options.capture },
    path,
  );
  try {
    await checkCondition(trainer, data, condition);
    await folder.trimLog(trainer.round);
    return { folder, config, data, trainer };
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

function announce(reporter: Reporter, { folder, config, data, trainer }: Prepared): void {
  const { name, size, shapes } = data;
  const { backend, game } = trainer;
  const { like } = Object.values(game.directions)[0]!;
  const shape = shapes[like]!.join('×');
  reporter.note(`${name}: ${size} examples of ${shape}. ${backend.reason}`, {
    event: 'start',
    out: folder.path,
    round: trainer.round,
    data: { name, size, shape: shapes[like]! },
    game: config.recipe.game,
    backend: backend.name,
    reason: backend.reason,
  });
  if (!canPicture(shapes[like]!)) {
    reporter.note(`Examples of ${shape} cannot be drawn: there will be checkpoints, but no pictures.`, {
      event: 'no-pictures',
    });
  }
}
