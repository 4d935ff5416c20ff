import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  accuracy,
  arrayData,
  bestClasses,
  classifier,
  conv2d,
  cycleGan,
  type DataSource,
  dense,
  FACE_ATTRIBUTES,
  type FaceReading,
  type FacesData,
  faces,
  flatten,
  leakyRelu,
  openData,
  patchDiscriminator,
  portraits,
  readFace,
  readPortrait,
  sequential,
  Trainer,
  unet,
  unpaired,
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

type Images = DataSource<'x'>;
type Domain = 'a' | 'b';

/** Two domains, without pairs. */
interface Task {
  readonly name: string;
  readonly train: Readonly<Record<Domain, Images>>;
  readonly held: Readonly<Record<Domain, Images>>;
  /** For the classifier alone, which shares no image with the others where there are enough. */
  readonly judged: Readonly<Record<Domain, Images>>;
  /** The weights of the cycle loss, each a training. */
  readonly cycles: readonly number[];
  /** Figures of one's own, of translations of the held-out images. */
  readonly read?: (from: Domain, images: Float32Array) => Record<string, number>;
}

/** Rounds of each training: the learning rates are whole for the first half and fall to zero in the second. */
const ROUNDS = 8000;
const BATCH = 2;
const HELD = 500;
const SHOWN = 12;
const SHAPE = [32, 32, 3] as const;
const VALUES = 32 * 32 * 3;
const MODELS = { size: 32, width: 24 };
const WAYS = [
  { direction: 'ab', back: 'ba', from: 'a', to: 'b' },
  { direction: 'ba', back: 'ab', from: 'b', to: 'a' },
] as const;

/**
 * Two domains learned without pairs: faces ↔ portraits, with the cycle and identity losses and without them; or,
 * where `data` is `A,B`, the images of two paths. Of held-out images: what is lost on the way there and back, and
 * how many are taken for the other domain by a classifier that has seen real images only. Of heads also how many
 * have their hair's and eyes' colours still, by the other domain's reader.
 */
export async function cyclegan(options: QualityOptions): Promise<QualityReport> {
  const task = options.data ? await imagesTask(options.data) : headsTask();
  const judge = await domainClassifier(task);
  const figures: Record<string, number> = { 'classifier right on real images': judge.right };
  const pictures: string[] = [];
  for (const cycle of task.cycles) {
    const { found, picture } = await translate(task, cycle, judge.read, options);
    for (const [figure, value] of Object.entries(found)) figures[`cycle ${cycle}: ${figure}`] = value;
    const path = join(options.out, `cyclegan-${task.name}-${cycle}.png`);
    await writeFile(path, picture);
    pictures.push(path);
  }
  judge.dispose();
  return { figures, pictures };
}

/** Trains, and measures both directions on what was held out. */
async function translate(
  task: Task,
  cycle: number,
  judge: (images: Float32Array) => Promise<Int32Array>,
  { minutes, rounds = ROUNDS }: QualityOptions,
) {
  const generator = unet({ ...MODELS, depth: 4, normalization: 'instance', dropout: 0 });
  const discriminator = patchDiscriminator({ ...MODELS, layers: 2, normalization: 'instance' });
  const game = cycleGan({
    generatorAB: generator,
    generatorBA: generator,
    discriminatorA: discriminator,
    discriminatorB: discriminator,
    cycle,
    optimizer: { kind: 'adam', learningRate: 3e-4, beta1: 0.5, beta2: 0.999 },
  });
  const trainer = await Trainer.create(game, {
    data: unpaired(task.train),
    batchSize: BATCH,
    seed: 1,
    averaging: 0.995,
    learningRateDecay: { start: Math.floor(rounds / 2), end: rounds + 1 },
    backend: 'kallima',
    threads: 1,
  });
  const trained = await learn(`${task.name}, cycle ${cycle}`, trainer, {
    rounds,
    minutes: minutes && minutes / task.cycles.length,
  });
  const found: Record<string, number> = { rounds: trained.rounds, seconds: trained.seconds };
  const strips: Float32Array[] = [];
  for (const { direction, back, from, to } of WAYS) {
    const given = imagesOf(task.held[from]);
    const there = await valuesOf(await trainer.translate(column(given), { direction }));
    const returned = await valuesOf(await trainer.translate(column(there), { direction: back }));
    const kinds = await judge(there);
    const read = { ...task.read?.(from, there), 'cycle L1': meanDifference(returned, given) };
    const taken = kinds.filter((kind) => kind === CLASSES.indexOf(to));
    found[`${direction}, taken for its domain`] = taken.length / kinds.length;
    for (const [figure, value] of Object.entries(read)) found[`${direction}, ${figure}`] = value;
    strips.push(...[given, there, returned].map(spread));
  }
  trainer.dispose();
  const rows = strips.map((values) => ({ values, shape: SHAPE }));
  return { found, picture: drawStrips(rows, SHOWN) };
}

/** Images from all over a set: neighbours in a zip are alike. */
function spread(images: Float32Array): Float32Array {
  const step = Math.max(1, Math.floor(images.length / VALUES / SHOWN));
  const chosen = new Float32Array(SHOWN * VALUES);
  for (let i = 0; i < SHOWN; i++) {
    const first = i * step * VALUES;
    chosen.set(images.subarray(first, first + VALUES), i * VALUES);
  }
  return chosen;
}

const column = (data: Float32Array) => ({ data, shape: SHAPE });
const all = (source: DataSource) => Array.from({ length: source.size }, (_, i) => i);
const imagesOf = (source: Images): Float32Array => pixelsOf(source.read(all(source)).x.data);

/** Faces ↔ portraits; what is held out was drawn under seeds of its own. */
function headsTask(): Task {
  const held = { a: faces({ seed: 101, count: HELD }), b: portraits({ seed: 102, count: HELD }) };
  return {
    name: 'heads',
    train: { a: faces({ seed: 1 }), b: portraits({ seed: 2 }) },
    held,
    judged: { a: faces({ seed: 201, count: 2000 }), b: portraits({ seed: 202, count: 2000 }) },
    cycles: [10, 0],
    read: (from, images) => {
      const reader = from === 'a' ? readPortrait : readFace;
      return {
        'hair survives': readRight(images, held[from], reader, 'hair'),
        'eyes survive': readRight(images, held[from], reader, 'eyes'),
      };
    },
  };
}

/** Share of images in which a reader sees the colour that the head was drawn with before it was translated. */
function readRight(
  images: Float32Array,
  source: FacesData,
  read: (pixels: Float32Array) => FaceReading,
  part: 'hair' | 'eyes',
): number {
  const right = all(source).filter((i) => {
    const reading = read(images.subarray(i * VALUES, (i + 1) * VALUES));
    return reading[part] === FACE_ATTRIBUTES[part][source.attributes(i)[part]];
  });
  return right.length / source.size;
}

/** The images of two paths, `A,B`: every tenth is held out. */
async function imagesTask(paths: string): Promise<Task> {
  const [a, b] = await Promise.all(
    paths.split(',').map((path) => openData(path, { size: 32, channels: 3 }) as Promise<Images>),
  );
  const held = { a: every(a!, (i) => i % 10 === 9), b: every(b!, (i) => i % 10 === 9) };
  const train = { a: every(a!, (i) => i % 10 !== 9), b: every(b!, (i) => i % 10 !== 9) };
  return { name: 'images', train, held, judged: train, cycles: [10] };
}

/** The images of a source whose numbers are wanted. */
function every(source: Images, wanted: (i: number) => boolean): Images {
  return arrayData({ x: source.read(all(source).filter(wanted)).x }, { name: source.name });
}

/** The domains as classes. */
const CLASSES: readonly Domain[] = ['a', 'b'];

function labelled(domains: Readonly<Record<Domain, Images>>) {
  const parts = CLASSES.map((domain) => domains[domain]);
  const data = new Uint8Array(parts.reduce((sum, { size }) => sum + size, 0) * VALUES);
  const label = new Int32Array(data.length / VALUES);
  let first = 0;
  for (const [kind, part] of parts.entries()) {
    data.set(part.read(all(part)).x.data, first * VALUES);
    label.fill(kind, first, first + part.size);
    first += part.size;
  }
  return arrayData({ x: { data, shape: SHAPE }, label: { data: label, shape: [] } });
}

/** Tells images of the domains apart; it sees nothing that a generator made. */
async function domainClassifier({ judged, held }: Task) {
  const halve = (filters: number) => conv2d({ filters, kernelSize: 4, stride: 2, padding: 1 });
  const layers = [halve(16), leakyRelu(), halve(32), leakyRelu(), flatten(), dense({ units: 2 })];
  const model = { inputShape: SHAPE, layer: sequential(layers) };
  const trainer = await Trainer.create(classifier({ model }), {
    data: labelled(judged),
    batchSize: 32,
    seed: 3,
    backend: 'kallima',
    threads: 1,
  });
  await learn('classifier', trainer, { rounds: 600 });
  const read = async (images: Float32Array) => {
    const logits = await trainer.sample(images.length / VALUES, { given: { x: column(images) } });
    return bestClasses(await valuesOf(logits), 2);
  };
  const real = labelled(held);
  const right = accuracy(await read(imagesOf(real)), real.read(all(real)).label.data);
  return { read, right, dispose: () => trainer.dispose() };
}
