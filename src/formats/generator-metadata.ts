import { FormatError } from '../errors';
import { brief } from '../util/text';

/** Key of a file's metadata (ONNX `metadata_props`, safetensors, tfjs `userDefinedMetadata`) that holds it, as JSON. */
export const GENERATOR_METADATA_KEY = 'kallima';

/** What every input has. */
interface Named {
  /** Of the graph's input. */
  readonly name: string;
  /** Of one example, without the batch axis, as the file has it: `[C, H, W]` of an image in ONNX. */
  readonly shape: readonly number[];
}

/** How a sound becomes a log-mel spectrogram: times in samples, frequencies in Hz, `range` in dB. */
export interface SoundSettings {
  readonly rate: number;
  readonly frames: number;
  readonly mels: number;
  readonly window: number;
  readonly hop: number;
  readonly low: number;
  readonly high: number;
  readonly range: number;
}

/** What goes into one input of a generator. All but classes and words are float32; those are int32. */
export type GeneratorInput =
  /** Noise: standard normal, or uniform in [−1, 1). */
  | (Named & { readonly kind: 'latent'; readonly distribution: 'normal' | 'uniform' })
  /** One of `classes` classes, by number; their names where they have some. Shape `[]`. */
  | (Named & { readonly kind: 'class'; readonly classes: number; readonly names?: readonly string[] })
  /** Numbers of the words of a caption; [0] is the padding after the last one. Shape `[longest caption]`. */
  | (Named & { readonly kind: 'words'; readonly vocabulary: readonly string[] })
  /** A log-mel spectrogram. */
  | (Named & { readonly kind: 'sound'; readonly settings: SoundSettings })
  /** An image whose pixels are in `range`. */
  | (Named & { readonly kind: 'image'; readonly range: readonly [number, number] })
  /** Anything else. */
  | (Named & { readonly kind: 'values' });

/** What a generator makes. */
export interface GeneratorOutput extends Named {
  /** An image, or a point of the plane, or anything else. */
  readonly kind: 'image' | 'points' | 'values';
  /** Of its values, where known: [−1, 1] for images. */
  readonly range?: readonly [number, number];
}

/** What the inputs and the output of an exported generator mean; plain data, kept in the file. */
export interface GeneratorMetadata {
  readonly version: 1;
  /** The game that it was trained in, e.g. `wgan-gp`. */
  readonly game: string;
  /** Of the game's directions, e.g. `sample`, `ab`. */
  readonly direction: string;
  /** In the order of the graph's inputs. */
  readonly inputs: readonly GeneratorInput[];
  readonly output: GeneratorOutput;
}

/**
 * Reads what {@link GENERATOR_METADATA_KEY} holds.
 *
 * @returns undefined for undefined: a file of another program.
 * @throws {FormatError} if it is damaged, or of a later version.
 */
export function parseGeneratorMetadata(text: string | undefined): GeneratorMetadata | undefined {
  if (text === undefined) return undefined;
  let found: GeneratorMetadata | undefined;
  try {
    found = JSON.parse(text);
  } catch {
    // Reported below, as everything else that is wrong.
  }
  if (isMetadata(found)) return found;
  throw new FormatError(
    `parseGeneratorMetadata: metadata must be of version 1 and whole, got ${brief(found ?? text)}`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isSize = (value: unknown): boolean => isNumber(value) && Number.isInteger(value) && value > 0;
const isList = (value: unknown, is: (item: unknown) => boolean): value is readonly unknown[] =>
  Array.isArray(value) && value.every(is);
const isNamed = (value: unknown): value is Fields =>
  isFields(value) && isText(value.name) && isList(value.shape, isSize);
const isRange = (value: unknown): boolean =>
  isList(value, isNumber) && value.length === 2 && Number(value[0]) < Number(value[1]);

/** By kind of input: whether what belongs to it is there. */
const INPUTS: Readonly<Record<GeneratorInput['kind'], (input: Fields) => boolean>> = {
  latent: ({ distribution }) => distribution === 'normal' || distribution === 'uniform',
  class: ({ classes, names }) => isSize(classes) && (names === undefined || isList(names, isText)),
  words: ({ vocabulary, shape }) =>
    isList(vocabulary, isText) && vocabulary.length > 0 && (shape as readonly unknown[]).length === 1,
  sound: ({ settings }) =>
    isFields(settings) &&
    ['rate', 'frames', 'mels', 'window', 'hop', 'low', 'high', 'range'].every((name) =>
      isNumber(settings[name]),
    ),
  image: ({ range, shape }) => isRange(range) && (shape as readonly unknown[]).length === 3,
  values: () => true,
};

function isMetadata(value: unknown): value is GeneratorMetadata {
  if (!isFields(value) || value.version !== 1 || !isText(value.game) || !isText(value.direction))
    return false;
  const { inputs, output } = value;
  const isInput = (input: unknown) =>
    isNamed(input) &&
    isText(input.kind) &&
    Object.hasOwn(INPUTS, input.kind) &&
    INPUTS[input.kind as GeneratorInput['kind']](input);
  return (
    isList(inputs, isInput) &&
    isNamed(output) &&
    ['image', 'points', 'values'].includes(output.kind as string) &&
    (output.range === undefined || isRange(output.range))
  );
}
