import { type ColorBoxes, colorReader, type FaceReading } from './color-reader';
import { drawFace } from './draw';
import { faceTraits } from './traits';

export type { EyeColor, FaceReading, HairColor } from './color-reader';

const BOXES: ColorBoxes = {
  // Above the forehead there is hair in every style and under every fringe.
  hair: [[10, 4, 22, 9]],
  // The lower halves of the irises.
  eyes: [
    [11, 19, 13, 21],
    [19, 19, 21, 21],
  ],
};

const read = colorReader('readFace', { draw: drawFace, traits: faceTraits }, BOXES);

/**
 * Tells the colour of the hair and of the eyes from the pixels alone, of a drawn face or of one that a
 * generator made: the mean colour above the forehead, and of the lower irises, is compared in OKLab with the
 * means of drawn faces. The first call draws a few hundred faces for those means (under 0.2 s).
 *
 * @param pixels `[32, 32, 3]`: bytes, or floats in [−1, 1].
 * @throws {ShapeError} if it is not 32 × 32 × 3 values.
 */
export function readFace(pixels: Uint8Array | Float32Array): FaceReading {
  return read(pixels);
}
