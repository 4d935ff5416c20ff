import { type ColorBoxes, colorReader, type FaceReading } from '../faces/color-reader';
import { drawPortrait, portraitTraits } from './draw';

const BOXES: ColorBoxes = {
  hair: [[10, 4, 22, 9]],
  // The pixels where the middle of an iris can lie.
  eyes: [
    [11, 17, 13, 18],
    [19, 17, 21, 18],
  ],
};

const read = colorReader('readPortrait', { draw: drawPortrait, traits: portraitTraits }, BOXES);

/**
 * As {@link readFace}, of a portrait.
 *
 * @param pixels `[32, 32, 3]`: bytes, or floats in [−1, 1].
 * @throws {ShapeError} if it is not 32 × 32 × 3 values.
 */
export function readPortrait(pixels: Uint8Array | Float32Array): FaceReading {
  return read(pixels);
}
