import { ArgumentError } from '../../errors';
import { checkIndex } from '../array';
import type { DataSource } from '../source';
import { checkGenerated, type GeneratedOptions } from '../toy';
import { SIDE } from './canvas';
import { drawFace } from './draw';
import { FACE_ATTRIBUTES, type FaceAttribute, type FaceAttributes, faceTraits } from './traits';

const BYTES = SIDE * SIDE * 3;
const SHAPE = [SIDE, SIDE, 3] as const;
const DEFAULT_COUNT = 20_000;

export interface FacesOptions extends GeneratedOptions {
  /** Which choice is the label; `hair` unless given. */
  readonly label?: FaceAttribute;
}

/** Drawn faces: `x` `[32, 32, 3]` bytes, `label` one of the choices. */
export interface FacesData extends DataSource<'x' | 'label'> {
  /** All the choices that made face `index`, as indices into FACE_ATTRIBUTES. */
  attributes(index: number): FaceAttributes;
}

/**
 * Faces drawn in the manner of anime portraits: 8 hair colours, 6 eye colours, 7 hair styles, 5 mouths and
 * 4 skins (6 720 combinations), and continuous changes of everything else, so no two are alike. A face is a
 * pure function of (seed, index); it is drawn when first read and kept.
 *
 * @param options `count` is 20 000 unless given.
 * @throws {ArgumentError} if an option is out of range.
 */
export function faces(options: FacesOptions = {}): FacesData {
  const { seed, count } = checkGenerated('faces', options, DEFAULT_COUNT);
  const { label: labelled = 'hair' } = options;
  if (!Object.hasOwn(FACE_ATTRIBUTES, labelled)) {
    throw new ArgumentError(
      `faces: label must be ${Object.keys(FACE_ATTRIBUTES).join(', ')}, got '${labelled}'`,
    );
  }
  const drawn = new Map<number, Uint8Array>();
  const face = (index: number): Uint8Array => {
    checkIndex('faces', index, count);
    let pixels = drawn.get(index);
    if (!pixels) {
      pixels = new Uint8Array(BYTES);
      drawFace(seed, index, pixels, 0);
      drawn.set(index, pixels);
    }
    return pixels;
  };
  const attributes = (index: number): FaceAttributes => {
    checkIndex('faces', index, count);
    const { hair, eyes, style, mouth, skin } = faceTraits(seed, index);
    return { hair, eyes, style, mouth, skin };
  };
  return {
    name: 'faces',
    size: count,
    shapes: { x: SHAPE, label: [] },
    classes: FACE_ATTRIBUTES[labelled],
    attributes,
    read(indices) {
      const x = new Uint8Array(BYTES * indices.length);
      const label = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        x.set(face(indices[i]!), i * BYTES);
        label[i] = attributes(indices[i]!)[labelled];
      }
      return { x: { data: x, shape: SHAPE }, label: { data: label, shape: [] } };
    },
  };
}
