import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CaptionedData,
  type ConditionalGame,
  conditional,
  conditionalDcgan,
  FACE_ATTRIBUTES,
  type FacesData,
  faces,
  openData,
  readFace,
  Trainer,
  type WordsMeaning,
  wordsCondition,
} from '../../src/index';
import {
  drawStrips,
  pixelsOf,
  type QualityOptions,
  type QualityReport,
  spread,
  train,
  valuesOf,
} from './quality';

const SIDE = 32;
const PIXELS = SIDE * SIDE * 3;
const FACES_MINUTES = 11;
const EMOJI_MINUTES = 7;
const RUN = { batchSize: 32, seed: 1, backend: 'kallima', threads: 1, averaging: 0.998 } as const;
const SHOWN = 10;
/** Samples of each of the 48 combinations of hair and eyes: 1 008 in all. */
const EACH = 21;

interface Colors {
  readonly hair: string;
  readonly eyes: string;
}
const COLORS: readonly Colors[] = FACE_ATTRIBUTES.hair.flatMap((hair) =>
  FACE_ATTRIBUTES.eyes.map((eyes) => ({ hair, eyes })),
);

/** The same said in several ways: what is meant must not depend on them. */
const PHRASINGS: Readonly<Record<string, (colors: Colors) => string>> = {
  'eyes first': ({ hair, eyes }) => `${eyes} eyes, ${hair} hair`,
  'hair first': ({ hair, eyes }) => `${hair} hair and ${eyes} eyes`,
  'colours last': ({ hair, eyes }) => `eyes are ${eyes} and hair is ${hair}`,
};

const FACE_ROWS = [
  'red eyes, blue hair',
  'blue hair and red eyes',
  'blue eyes, red hair',
  'green eyes, long blond hair',
  'black hair in twin tails, violet eyes',
  'brown eyes, white hair, dark skin',
  'pink hair with amber eyes, an open mouth',
  'hair is green, eyes are brown',
];
/** No emoji is called a pink square: hearts are pink, and squares are of other colours. */
const EMOJI_ROWS = [
  'red heart',
  'blue heart',
  'green circle',
  'pink square',
  'astronaut',
  'firefighter',
  'person in manual wheelchair',
  'holding hands men',
];

function wordsGame({ vocabulary, length }: WordsMeaning): ConditionalGame<'words'> {
  const condition = wordsCondition({ vocabulary: vocabulary.length, length });
  const models = conditionalDcgan({
    size: SIDE,
    channels: 3,
    width: 24,
    latent: 64,
    condition,
    conditioning: { generator: 'batchNorm', discriminator: 'concatenation' },
    normalization: { discriminator: 'spectral' },
  });
  const optimizer = { kind: 'adam', learningRate: 4e-4, beta1: 0.5, beta2: 0.999 } as const;
  return conditional({ condition: 'words', ...models, objective: 'hinge', optimizer });
}

/**
 * `faces` from captions, and emoji (`data` is their folder) if there is one. Captions that name the colours of hair and
 * eyes are read off 1 008 samples by `readFace`; how unlike samples of one caption are is held against faces of the
 * same colours, whose other traits vary freely: 1 is as varied, 0 is one image.
 */
export async function words(options: QualityOptions): Promise<QualityReport> {
  const { out, data: folder, minutes, rounds } = options;
  const whole = FACES_MINUTES + (folder ? EMOJI_MINUTES : 0);
  const share = (wanted: number) => (minutes ? (minutes * wanted) / whole : rounds ? undefined : wanted);
  const facesDrawn = await drawFaces(out, { minutes: share(FACES_MINUTES), rounds });
  if (!folder) return facesDrawn;
  const emoji = await drawEmoji(folder, out, { minutes: share(EMOJI_MINUTES), rounds });
  return {
    figures: { ...facesDrawn.figures, ...emoji.figures },
    pictures: [...facesDrawn.pictures, ...emoji.pictures],
  };
}

type Limits = Pick<QualityOptions, 'minutes' | 'rounds'>;
type Captioned = FacesData | CaptionedData;

/** Trains on captioned images and hands over a function that draws a sample for each caption. */
async function trained(name: string, data: Captioned, limits: Limits) {
  const trainer = await Trainer.create(wordsGame(data.meanings.words), { ...RUN, data });
  const { rounds, seconds } = await train(name, trainer, limits);
  return {
    figures: { [`${name}: rounds`]: rounds, [`${name}: minutes`]: seconds / 60 },
    draw: async (captions: readonly string[]) =>
      valuesOf(await trainer.sample(captions.length, { seed: 2, given: { words: captions } })),
    dispose: () => trainer.dispose(),
  };
}

async function drawFaces(out: string, limits: Limits): Promise<QualityReport> {
  const data = faces({ seed: 1 });
  const { figures, draw, dispose } = await trained('faces', data, limits);
  const measured: Record<string, number> = { ...figures };
  const real = spread(facesOfEachColor(data), PIXELS, EACH);
  const asked = COLORS.flatMap((colors) => new Array<Colors>(EACH).fill(colors));
  for (const [name, phrase] of Object.entries(PHRASINGS)) {
    const values = await draw(asked.map(phrase));
    const seen = asked.map((_, i) => readFace(values.subarray(i * PIXELS, (i + 1) * PIXELS)));
    const share = (right: (seen: Colors, asked: Colors) => boolean) =>
      seen.filter((reading, i) => right(reading, asked[i]!)).length / asked.length;
    measured[`faces, ${name}: hair right`] = share((reading, colors) => reading.hair === colors.hair);
    measured[`faces, ${name}: eyes right`] = share((reading, colors) => reading.eyes === colors.eyes);
    measured[`faces, ${name}: both right`] = share(
      (reading, colors) => reading.hair === colors.hair && reading.eyes === colors.eyes,
    );
    measured[`faces, ${name}: variety`] = spread(values, PIXELS, EACH) / real;
  }
  const picture = join(out, 'words.png');
  await writeFile(picture, await rowsOf(FACE_ROWS, draw));
  dispose();
  return { figures: measured, pictures: [picture] };
}

/** Nobody can say here whether an emoji is what was asked for: the picture has to be looked at. */
async function drawEmoji(folder: string, out: string, limits: Limits): Promise<QualityReport> {
  const data = await openData(join(folder, 'noto_emoji72.zip'), {
    size: SIDE,
    channels: 3,
    captions: join(folder, 'captions.tsv'),
    captionOptions: { captionColumns: ['shortcodes'], uncaptioned: 'skip', length: 8 },
  });
  const { figures, draw, dispose } = await trained('emoji', data as CaptionedData, limits);
  const values = await draw(EMOJI_ROWS.flatMap((caption) => new Array<string>(SHOWN).fill(caption)));
  const picture = join(out, 'words-emoji.png');
  await writeFile(picture, await rowsOf(EMOJI_ROWS, draw));
  dispose();
  return { figures: { ...figures, 'emoji: spread': spread(values, PIXELS, SHOWN) }, pictures: [picture] };
}

/** Drawn faces of each combination, {@link EACH} of each, pixels in [−1, 1]. */
function facesOfEachColor(data: FacesData): Float32Array {
  const found = COLORS.map((): number[] => []);
  for (let i = 0; found.some((indices) => indices.length < EACH); i++) {
    const { hair, eyes } = data.attributes(i);
    const indices = found[hair * FACE_ATTRIBUTES.eyes.length + eyes]!;
    if (indices.length < EACH) indices.push(i);
  }
  return pixelsOf(data.read(found.flat()).x.data);
}

/** A row a caption, each column the same noise. */
async function rowsOf(
  captions: readonly string[],
  draw: (captions: readonly string[]) => Promise<Float32Array>,
): Promise<Uint8Array> {
  const strips = [];
  for (const caption of captions) {
    strips.push({ values: await draw(new Array<string>(SHOWN).fill(caption)), shape: [SIDE, SIDE, 3] });
  }
  return drawStrips(strips, SHOWN);
}
