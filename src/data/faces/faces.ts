import { drawFace } from './draw';
import { type FacesData, type FacesOptions, type HeadDomain, headsData } from './heads';
import { faceTraits } from './traits';

export type { FacesData, FacesOptions } from './heads';

const FACES: HeadDomain = { name: 'faces', captionDomain: 2, draw: drawFace, traits: faceTraits };

/**
 * Faces drawn in the manner of anime portraits: 8 hair colours, 6 eye colours, 7 hair styles, 5 mouths and
 * 4 skins (6 720 combinations), and continuous changes of everything else, so no two are alike. A face is a
 * pure function of (seed, index); it is drawn when first read and kept.
 *
 * @param options `count` is 20 000 unless given.
 * @throws {ArgumentError} if an option is out of range.
 */
export function faces(options: FacesOptions = {}): FacesData {
  return headsData(FACES, options);
}
