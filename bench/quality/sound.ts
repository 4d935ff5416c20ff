import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accuracy,
  batchNorm,
  bestClasses,
  type Column,
  classifier,
  concatCondition,
  conditional,
  conv2d,
  type DataSource,
  dense,
  dropout,
  flatten,
  leakyRelu,
  maxPool,
  openData,
  pairByLabel,
  projection,
  relu,
  reshape,
  sequential,
  soundCondition,
  Trainer,
  tanh,
} from '../../src/index';
import {
  drawStrips,
  meanDifference,
  type QualityOptions,
  type QualityReport,
  train,
  valuesOf,
} from './quality';

const SHAPE = [8, 8, 1] as const;
const PIXELS = 64;
const CLASSES = 10;
const ROUNDS = 1200;
const JUDGE_ROUNDS = 1500;
/** Digits drawn for each recording. */
const DRAWS = 4;
/** The recordings' own test set: the first five takes of each digit and speaker. */
const HELD_OUT = /_[0-4]\.wav$/;

/** Spoken digits to written ones, networks of dense layers. */
function spokenDigits() {
  // So few units that little but the digit gets through: what varies is to come from the latent.
  const heard = soundCondition({ width: 8, units: 10, dropout: 0 });
  const block = (units: number) => [dense({ units }), batchNorm(), relu()];
  const generator = [concatCondition(), ...block(256), ...block(256), dense({ units: PIXELS }), tanh()];
  const judged = soundCondition({ width: 8, dropout: 0, normalization: 'layer' });
  const features = [flatten(), dense({ units: 256 }), leakyRelu(), dense({ units: 128 }), leakyRelu()];
  return conditional({
    condition: 'sound',
    generator: {
      inputShape: [64],
      condition: heard,
      layer: sequential([...generator, reshape({ shape: SHAPE })]),
    },
    discriminator: { inputShape: SHAPE, condition: judged, layer: sequential([...features, projection()]) },
    objective: 'hinge',
    penalty: 10,
    discriminatorSteps: 3,
    optimizer: { kind: 'adam', learningRate: 3e-4, beta1: 0.5, beta2: 0.9 },
  });
}

/** Reads digits of 8×8 pixels; it sees real ones only. */
async function judgeOf(digits: DataSource<'x' | 'label'>) {
  const convolution = () => [conv2d({ filters: 32, kernelSize: 3, padding: 1 }), relu()];
  const layers = [
    ...convolution(),
    ...convolution(),
    maxPool(),
    flatten(),
    dropout(),
    dense({ units: 64 }),
    relu(),
  ];
  const model = { inputShape: SHAPE, layer: sequential([...layers, dense({ units: CLASSES })]) };
  const judge = await Trainer.create(classifier({ model }), { data: digits, seed: 1, threads: 1 });
  await train('judge', judge, { rounds: JUDGE_ROUNDS });
  return async (data: Column['data']): Promise<Int32Array> => {
    const logits = await judge.sample(data.length / PIXELS, { given: { x: { data, shape: SHAPE } } });
    return bestClasses(await valuesOf(logits), CLASSES);
  };
}

/** All of a column. */
const whole = (source: DataSource, column: string): Column['data'] =>
  source.read(Array.from({ length: source.size }, (_, i) => i))[column]!.data;

/** Mean difference of each digit to the next of its label. */
function differenceOfReal(x: Column['data'], label: Column['data']): number {
  const last = new Map<number, Float32Array>();
  const differences: number[] = [];
  label.forEach((digit: number, i: number) => {
    const image = Float32Array.from(x.subarray(i * PIXELS, (i + 1) * PIXELS));
    const before = last.get(digit);
    if (before) differences.push(meanDifference(image, before));
    last.set(digit, image);
  });
  return differences.reduce((sum, value) => sum + value, 0) / differences.length;
}

/**
 * Writes down spoken digits: `data` is a folder with `fsdd-spoken-digits/fsdd_20takes.zip` and
 * `optdigits-8x8/optdigits.tra` and `.tes`. A classifier of real digits reads what is drawn for recordings that were
 * held out, four drawings each, and how far these differ is compared with how far real digits of one label do.
 */
export async function sound(options: QualityOptions): Promise<QualityReport> {
  const { data = '.', minutes, rounds = ROUNDS, out } = options;
  const digitsOf = (file: string) =>
    openData(`${data}/optdigits-8x8/${file}`, { labelColumn: -1, imageShape: SHAPE, imageRange: [0, 16] });
  const recordings = `${data}/fsdd-spoken-digits/fsdd_20takes.zip`;
  const digits = await digitsOf('optdigits.tra');
  const unseen = await digitsOf('optdigits.tes');
  const heldOut = await openData(recordings, { select: (path) => HELD_OUT.test(path) });
  const spoken = await openData(recordings, {
    select: (path) => !HELD_OUT.test(path),
    sound: { augment: { copies: 3 } },
  });

  const read = await judgeOf(digits as DataSource<'x' | 'label'>);
  const pairs = pairByLabel({ x: digits, sound: spoken });
  const trainer = await Trainer.create(spokenDigits(), { data: pairs, seed: 1, threads: 1 });
  const trained = await train('sound', trainer, { rounds, minutes });

  const truth = whole(heldOut, 'label');
  const given = { sound: { data: whole(heldOut, 'sound'), shape: heldOut.shapes.sound! } };
  const drawn: Float32Array[] = [];
  const right: number[] = [];
  const differences: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const images = await valuesOf(await trainer.sample(heldOut.size, { seed: 100 + draw, given }));
    right.push(accuracy(await read(images), truth));
    if (draw > 0) differences.push(meanDifference(images, drawn[0]!));
    drawn.push(images);
  }
  trainer.dispose();

  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Two recordings of each digit, of several speakers.
  const shown = Array.from({ length: 2 * CLASSES }, (_, i) => i * 15 + (i % 7));
  const strips = drawn.map((images) => ({
    values: shown.flatMap((at) => [...images.subarray(at * PIXELS, (at + 1) * PIXELS)]),
    shape: SHAPE,
  }));
  const picture = join(out, 'sound.png');
  await writeFile(picture, drawStrips(strips, shown.length, 4));
  return {
    figures: {
      'real digits that the judge reads right': accuracy(
        await read(whole(unseen, 'x')),
        whole(unseen, 'label'),
      ),
      'drawn for held-out recordings, read right': mean(right),
      'difference of drawings of one recording': mean(differences),
      'difference of real digits of one label': differenceOfReal(whole(digits, 'x'), whole(digits, 'label')),
      rounds: trained.rounds,
      seconds: trained.seconds,
    },
    pictures: [picture],
  };
}
