import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  arrayData,
  type Column,
  type DataSource,
  faceEdges,
  pairedImages,
  patchDiscriminator,
  readFace,
  type Shape,
  Trainer,
  pix2pix as translation,
  unet,
} from '../../src/index';
import {
  drawStrips,
  train as learn,
  meanDifference,
  pixelsOf,
  type QualityOptions,
  type QualityReport,
  valuesOf,
} from './quality';

type Pairs = DataSource<'a' | 'b'>;

/** Data to learn from, data to be judged on, and the size of the networks. */
interface Task {
  readonly name: string;
  readonly train: Pairs;
  readonly held: Pairs;
  readonly width: number;
  readonly layers: number;
  readonly batchSize: number;
  /** Figures of one's own, of the results on the held-out pairs. */
  readonly read?: (images: Float32Array) => Record<string, number>;
}

/** The two ends of the game, and what lies between. */
const ENDS = {
  'GAN alone': { lambda: 0 },
  'GAN + L1': {},
  'L1 alone': { adversarial: 0 },
} as const;

const ROUNDS = 4000;
const HELD = 96;
const SHOWN = 10;
/** A reader's margin from which a colour is one colour and not a mixture. */
const CLEAR = 0.5;

/**
 * Face edges → faces, or, where `data` is the path of the tinyhero64 zip, front → side of its characters: learned
 * from the discriminator alone, from the distance alone and from both, judged on pairs that were not trained on.
 */
export async function pix2pix(options: QualityOptions): Promise<QualityReport> {
  const task = options.data ? await heroTask(options.data) : faceTask();
  const given = pixelsOf(columnOf(task.held, 'a').data);
  const truth = pixelsOf(columnOf(task.held, 'b').data);
  const figures: Record<string, number> = {};
  const results: Float32Array[] = [];
  for (const [end, weights] of Object.entries(ENDS)) {
    const { images, found } = await translate(`${task.name}, ${end}`, task, weights, truth, options);
    results.push(images);
    for (const [name, value] of Object.entries(found)) figures[`${end}: ${name}`] = value;
  }
  const { a, b } = task.held.shapes;
  const strips = [
    { values: given, shape: a },
    ...[...results, truth].map((values) => ({ values, shape: b })),
  ];
  const path = join(options.out, `pix2pix-${task.name}.png`);
  await writeFile(path, drawStrips(strips, SHOWN));
  return { figures, pictures: [path] };
}

const columnOf = (source: Pairs, column: 'a' | 'b'): Column =>
  source.read(Array.from({ length: source.size }, (_, i) => i))[column];

/** Trains one of the ends, and measures what it makes of the held-out pairs. */
async function translate(
  name: string,
  { train, held, width, layers, batchSize, read }: Task,
  weights: { readonly lambda?: number; readonly adversarial?: number },
  truth: Float32Array,
  { minutes, rounds = ROUNDS }: QualityOptions,
) {
  const { a, b } = train.shapes;
  const [size, channels, outputChannels] = [a[0]!, a[2]!, b[2]!];
  const condition = { shape: a };
  const game = translation({
    generator: unet({ size, channels, outputChannels, width }),
    discriminator: patchDiscriminator({ size, channels: outputChannels, width, layers, condition }),
    ...weights,
  });
  const trainer = await Trainer.create(game, {
    data: train,
    batchSize,
    seed: 1,
    backend: 'kallima',
    threads: 1,
    learningRateDecay: { start: Math.floor(rounds / 2), end: rounds },
  });
  const trained = await learn(name, trainer, {
    rounds,
    minutes: minutes && minutes / Object.keys(ENDS).length,
  });
  const draw = async (seed: number) =>
    valuesOf(await trainer.sample(held.size, { given: { a: columnOf(held, 'a') }, seed }));
  const images = await draw(1);
  const again = await draw(2);
  trainer.dispose();
  return {
    images,
    found: {
      rounds: trained.rounds,
      seconds: trained.seconds,
      'distance to the truth': distance(images, truth),
      'distance between two draws': distance(again, images),
      'sharpness, of the truth': steepness(images, b) / steepness(truth, b),
      ...read?.(images),
    },
  };
}

/** Mean absolute difference of two sets of images, in parts of the range from black to white. */
function distance(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  return meanDifference(found, truth) / 2;
}

/** Mean length of the step from a pixel to its right and lower neighbours. */
function steepness(images: ArrayLike<number>, [height, width, channels]: Shape): number {
  const [rows, columns, depth] = [height!, width!, channels!];
  const count = images.length / (rows * columns * depth);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y + 1 < rows; y++) {
      for (let x = 0; x + 1 < columns; x++) {
        for (let c = 0; c < depth; c++) {
          const at = ((i * rows + y) * columns + x) * depth + c;
          const value = images[at]!;
          sum += Math.hypot(images[at + depth]! - value, images[at + columns * depth]! - value);
        }
      }
    }
  }
  return sum / (count * (rows - 1) * (columns - 1) * depth);
}

function faceTask(): Task {
  const pixels = 32 * 32 * 3;
  return {
    name: 'faces',
    train: faceEdges({ seed: 1, count: 5000 }),
    held: faceEdges({ seed: 2, count: HELD }),
    width: 24,
    layers: 2,
    batchSize: 8,
    read(images) {
      const readings = Array.from({ length: HELD }, (_, i) =>
        readFace(images.slice(i * pixels, (i + 1) * pixels)),
      );
      const share = (test: (reading: (typeof readings)[number]) => boolean) =>
        readings.filter(test).length / HELD;
      return {
        'faces whose hair has one clear colour': share(({ hairMargin }) => hairMargin > CLEAR),
        'faces whose eyes have one clear colour': share(({ eyesMargin }) => eyesMargin > CLEAR),
        'hair colours seen': new Set(readings.map(({ hair }) => hair)).size,
      };
    },
  };
}

async function heroTask(zip: string): Promise<Task> {
  const all = await pairedImages(`${zip}/data/2`, `${zip}/data/3`);
  const indices = Array.from({ length: all.size }, (_, i) => i);
  const part = (chosen: number[], name: string): Pairs => arrayData({ ...all.read(chosen) }, { name });
  const isHeld = (index: number) => index % 9 === 4;
  return {
    name: 'heroes',
    train: part(
      indices.filter((index) => !isHeld(index)),
      'heroes',
    ),
    held: part(indices.filter(isHeld).slice(0, HELD), 'heroes held out'),
    width: 16,
    layers: 3,
    batchSize: 4,
  };
}
