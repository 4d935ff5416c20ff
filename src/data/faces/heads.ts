import { ArgumentError } from '../../errors';
import { checkIndex } from '../array';
import type { DataSource } from '../source';
import { checkGenerated, type GeneratedOptions } from '../toy';
import { encodeCaption } from '../words/encode';
import type { WordsMeaning } from '../words/vocabulary';
import { SIDE } from './canvas';
import { captionFace, FACE_WORDS } from './caption';
import { FACE_ATTRIBUTES, type FaceAttribute, type FaceAttributes, type FaceTraits } from './traits';

const BYTES = SIDE * SIDE * 3;
const SHAPE = [SIDE, SIDE, 3] as const;
const DEFAULT_COUNT = 20_000;

export interface FacesOptions extends GeneratedOptions {
  /** Which choice is the label; `hair` unless given. */
  readonly label?: FaceAttribute;
}

/** Drawn heads: `x` `[32, 32, 3]` bytes, `label` one of the choices, `words` the numbers of a caption's words. */
export interface FacesData extends DataSource<'x' | 'label' | 'words'> {
  readonly meanings: DataSource<'x' | 'label' | 'words'>['meanings'] & { readonly words: WordsMeaning };
  /** All the choices that made head `index`, as indices into FACE_ATTRIBUTES. */
  attributes(index: number): FaceAttributes;
  /**
   * What is said of head `index`, the column `words` in writing: the colours of hair and eyes, sometimes style, mouth
   * and skin, in any order, e.g. `red eyes, blue hair in twin tails`.
   */
  caption(index: number): string;
}

/** A way to draw heads: each a pure function of (seed, index). */
export interface HeadDrawing {
  draw(seed: number, index: number, out: Uint8Array, offset: number): void;
  traits(seed: number, index: number): FaceTraits;
}

/** Heads drawn in one way, and described. */
export interface HeadDomain extends HeadDrawing {
  readonly name: string;
  /** Domain of the random numbers that captions are made with. */
  readonly captionDomain: number;
}

/**
 * Heads of one domain. Each is drawn when first read and kept.
 *
 * @throws {ArgumentError} if an option is out of range.
 */
export function headsData(domain: HeadDomain, options: FacesOptions): FacesData {
  const { name, captionDomain, draw, traits } = domain;
  const { seed, count } = checkGenerated(name, options, DEFAULT_COUNT);
  const { label: labelled = 'hair' } = options;
  if (!Object.hasOwn(FACE_ATTRIBUTES, labelled)) {
    throw new ArgumentError(
      `${name}: label must be ${Object.keys(FACE_ATTRIBUTES).join(', ')}, got '${labelled}'`,
    );
  }
  const drawn = new Map<number, Uint8Array>();
  const head = (index: number): Uint8Array => {
    checkIndex(name, index, count);
    let pixels = drawn.get(index);
    if (!pixels) {
      pixels = new Uint8Array(BYTES);
      draw(seed, index, pixels, 0);
      drawn.set(index, pixels);
    }
    return pixels;
  };
  const attributes = (index: number): FaceAttributes => {
    checkIndex(name, index, count);
    const { hair, eyes, style, mouth, skin } = traits(seed, index);
    return { hair, eyes, style, mouth, skin };
  };
  const caption = (index: number): string => captionFace(attributes(index), seed, index, captionDomain);
  const encoded = new Map<number, Int32Array>();
  const captionWords = (index: number): Int32Array => {
    let numbers = encoded.get(index);
    if (!numbers) {
      numbers = encodeCaption(FACE_WORDS, caption(index));
      encoded.set(index, numbers);
    }
    return numbers;
  };
  return {
    name,
    size: count,
    shapes: { x: SHAPE, label: [], words: [FACE_WORDS.length] },
    classes: FACE_ATTRIBUTES[labelled],
    meanings: { label: { kind: 'class', names: FACE_ATTRIBUTES[labelled] }, words: FACE_WORDS },
    attributes,
    caption,
    read(indices) {
      const x = new Uint8Array(BYTES * indices.length);
      const label = new Int32Array(indices.length);
      const words = new Int32Array(FACE_WORDS.length * indices.length);
      for (let i = 0; i < indices.length; i++) {
        x.set(head(indices[i]!), i * BYTES);
        label[i] = attributes(indices[i]!)[labelled];
        words.set(captionWords(indices[i]!), FACE_WORDS.length * i);
      }
      return {
        x: { data: x, shape: SHAPE },
        label: { data: label, shape: [] },
        words: { data: words, shape: [FACE_WORDS.length] },
      };
    },
  };
}
