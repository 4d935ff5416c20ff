import { Draws } from '../draws';

/** Names of everything about a drawn face that is a choice; a label is an index into one of these lists. */
export const FACE_ATTRIBUTES = {
  hair: ['black', 'brown', 'blond', 'red', 'pink', 'blue', 'green', 'white'],
  eyes: ['brown', 'amber', 'green', 'blue', 'violet', 'red'],
  style: ['short', 'bob', 'long', 'ponytail', 'twin-tails', 'buns', 'spiky'],
  mouth: ['smile', 'open', 'flat', 'cat', 'round'],
  skin: ['porcelain', 'fair', 'tan', 'dark'],
} as const;

export type FaceAttribute = keyof typeof FACE_ATTRIBUTES;

/** Of one face, an index into each list of {@link FACE_ATTRIBUTES}. */
export type FaceAttributes = Readonly<Record<FaceAttribute, number>>;

/** Everything that one face is drawn from. Lengths in pixels, colours as offsets from the palette's. */
export interface FaceTraits extends FaceAttributes {
  readonly draws: Draws;
}

/** The choices come first in a face's stream, so they can be told without drawing it. */
export function faceTraits(seed: number, index: number, domain = 0): FaceTraits {
  const draws = new Draws(seed, index, domain);
  const choose = (attribute: FaceAttribute): number => draws.below(FACE_ATTRIBUTES[attribute].length);
  return {
    hair: choose('hair'),
    eyes: choose('eyes'),
    style: choose('style'),
    mouth: choose('mouth'),
    skin: choose('skin'),
    draws,
  };
}
