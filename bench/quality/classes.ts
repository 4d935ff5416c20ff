import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accuracy,
  bestClasses,
  type ConditionalGame,
  classCondition,
  classifier,
  conditional,
  conditionalDcgan,
  conv2d,
  type DataSource,
  dense,
  flatten,
  leakyRelu,
  openData,
  sequential,
  Trainer,
} from '../../src/index';
import {
  drawStrips,
  pixelsOf,
  type QualityOptions,
  type QualityReport,
  type Strip,
  spread,
  train,
  valuesOf,
} from './quality';

type Labelled = DataSource<'x' | 'label'>;

const CLASSES = 10;
const PIXELS = 28 * 28;
/** Drawn of each class: to be read, and to be looked at. */
const READ = 100;
const SHOWN = 10;
const MINUTES = 12;
const READER_ROUNDS = 1500;
const RUN = { batchSize: 32, seed: 1, backend: 'kallima', threads: 1 } as const;

const SIZE = { size: 28, width: 32, latent: 64, condition: classCondition({ classes: CLASSES }) } as const;

/** The ways to condition that are compared. */
const WAYS: Readonly<Record<string, () => ConditionalGame>> = {
  concatenation: () => conditional(conditionalDcgan(SIZE)),
  projection: () =>
    conditional({
      ...conditionalDcgan({
        ...SIZE,
        conditioning: { generator: 'batchNorm', discriminator: 'projection' },
        normalization: { discriminator: 'spectral' },
      }),
      objective: 'hinge',
    }),
  auxiliary: () =>
    conditional({
      ...conditionalDcgan({ ...SIZE, conditioning: { discriminator: 'auxiliary' } }),
      auxiliary: 1,
    }),
};

/**
 * Fashion-MNIST by class (its folder is `data`): three ways to condition, each trained for the same time. A
 * classifier that has seen real images only reads what is drawn; the share that it reads as the class asked for is
 * held against its accuracy on the real test images. How unlike samples of one class are is held against the same
 * of real ones: 1 is as varied, 0 is one image.
 */
export async function classes(options: QualityOptions): Promise<QualityReport> {
  const { data: folder, out, minutes = options.rounds ? undefined : MINUTES, rounds } = options;
  if (!folder) throw new Error('classes: --data must be the folder of Fashion-MNIST, got none');
  const real = (await openData(join(folder, 'train-images-idx3-ubyte.gz'))) as Labelled;
  const test = (await openData(join(folder, 't10k-images-idx3-ubyte.gz'))) as Labelled;
  const reader = await trainReader(real);
  const testLabels = labelsOf(test, 2000);
  const figures: Record<string, number> = {
    'real test images: read right': accuracy(await read(reader, imagesOf(test, 2000), 2000), testLabels),
  };
  const variety = spread(ofEachClass(real, READ), PIXELS, READ);

  const pictures: string[] = [];
  for (const [way, game] of Object.entries(WAYS)) {
    const trainer = await Trainer.create(game(), { ...RUN, data: real });
    const share = minutes && minutes / Object.keys(WAYS).length;
    const trained = await train(way, trainer, { minutes: share, rounds });
    const label = Int32Array.from({ length: CLASSES * READ }, (_, i) => Math.floor(i / READ));
    const values = await valuesOf(
      await trainer.sample(CLASSES * READ, { seed: 2, given: { label: { data: label, shape: [] } } }),
    );
    trainer.dispose();
    figures[`${way}: rounds`] = trained.rounds;
    figures[`${way}: read as the class asked for`] = accuracy(
      await read(reader, values, label.length),
      label,
    );
    figures[`${way}: variety of a class`] = spread(values, PIXELS, READ) / variety;
    const path = join(out, `classes-${way}.png`);
    await writeFile(path, drawStrips(rowsOf(values), SHOWN));
    pictures.push(path);
  }
  reader.dispose();
  return { figures, pictures };
}

async function trainReader(data: Labelled) {
  const down = (filters: number) => [conv2d({ filters, kernelSize: 4, stride: 2, padding: 1 }), leakyRelu()];
  const layer = sequential([...down(32), ...down(64), flatten(), dense({ units: CLASSES })]);
  const trainer = await Trainer.create(classifier({ model: { inputShape: [28, 28, 1], layer } }), {
    ...RUN,
    data,
  });
  await train('reader', trainer, { rounds: READER_ROUNDS });
  return trainer;
}

/** The class of each of `count` images. */
async function read(
  reader: Awaited<ReturnType<typeof trainReader>>,
  values: Float32Array,
  count: number,
): Promise<Int32Array> {
  const logits = await reader.sample(count, { given: { x: { data: values, shape: [28, 28, 1] } } });
  return bestClasses(await valuesOf(logits), CLASSES);
}

const firstOf = (count: number) => Array.from({ length: count }, (_, i) => i);
const imagesOf = (source: Labelled, count: number) => pixelsOf(source.read(firstOf(count)).x.data);
const labelsOf = (source: Labelled, count: number) => Int32Array.from(source.read(firstOf(count)).label.data);

/** `count` images of each class, in the order of the classes. */
function ofEachClass(source: Labelled, count: number): Float32Array {
  const labels = labelsOf(source, 5000);
  const chosen = firstOf(CLASSES).flatMap((wanted) =>
    firstOf(labels.length)
      .filter((i) => labels[i] === wanted)
      .slice(0, count),
  );
  return pixelsOf(source.read(chosen).x.data);
}

/** The first samples of each class, a row each. */
function rowsOf(values: Float32Array): Strip[] {
  return firstOf(CLASSES).map((c) => ({
    values: values.subarray(c * READ * PIXELS, (c * READ + SHOWN) * PIXELS),
    shape: [28, 28, 1],
  }));
}
