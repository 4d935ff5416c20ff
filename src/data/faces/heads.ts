import { ArgumentError } from '../../errors';
import { checkIndex } from '../array';
import type { DataSource } from '../source';
import { checkGenerated, type GeneratedOptions } from '../toy';
import { SIDE } from './canvas';
import { FACE_ATTRIBUTES, type FaceAttribute, type FaceAttributes, type FaceTraits } from './traits';

const BYTES = SIDE * SIDE * 3;
const SHAPE = [SIDE, SIDE, 3] as const;
const DEFAULT_COUNT = 20_000;

export interface FacesOptions extends GeneratedOptions {
  /** Which choice is the label; `hair` unless given. */
  readonly label?: FaceAttribute;
}

/** Drawn heads: `x` `[32, 32, 3]` bytes, `label` one of the choices. */
export interface FacesData extends DataSource<'x' | 'label'> {
  /** All the choices that made head `index`, as indices into FACE_ATTRIBUTES. */
  attributes(index: number): FaceAttributes;
}

/** A way to draw heads: each a pure function of (seed, index). */
export interface HeadDomain {
  readonly name: string;
  draw(seed: number, index: number, out: Uint8Array, offset: number): void;
  traits(seed: number, index: number): FaceTraits;
}

/**
 * Heads of one domain. Each is drawn when first read and kept.
 *
 * @throws {ArgumentError} if an option is out of range.
 */
export function headsData({ name, draw, traits }: HeadDomain, options: FacesOptions): FacesData {
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
  return {
    name,
    size: count,
    shapes: { x: SHAPE, label: [] },
    classes: FACE_ATTRIBUTES[labelled],
    attributes,
    read(indices) {
      const x = new Uint8Array(BYTES * indices.length);
      const label = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        x.set(head(indices[i]!), i * BYTES);
        label[i] = attributes(indices[i]!)[labelled];
      }
      return { x: { data: x, shape: SHAPE }, label: { data: label, shape: [] } };
    },
  };
}
