import { Draws } from '../draws';
import { buildVocabulary, type WordsMeaning } from '../words/vocabulary';
import { FACE_ATTRIBUTES, type FaceAttributes } from './traits';

const { hair: HAIR, eyes: EYES, skin: SKIN } = FACE_ATTRIBUTES;
/** In the order of FACE_ATTRIBUTES.style: what stands before the hair, or after it. */
const STYLE: readonly { readonly before?: string; readonly after?: string }[] = [
  { before: 'short' },
  { after: 'in a bob' },
  { before: 'long' },
  { after: 'in a ponytail' },
  { after: 'in twin tails' },
  { after: 'in buns' },
  { before: 'spiky' },
];
/** In the order of FACE_ATTRIBUTES.mouth. */
const MOUTH = ['a smile', 'an open mouth', 'a flat mouth', 'a cat mouth', 'a round mouth'] as const;

const COPULAS = 'is are';
/** What stands before the last phrase; the comma most often. */
const JOINTS = [', ', ', ', ', ', ' and ', ' with '];

/** How the column `words` of drawn faces is written. No caption of theirs is longer. */
export const FACE_WORDS: WordsMeaning = {
  kind: 'words',
  vocabulary: buildVocabulary([
    [...HAIR, 'hair', ...EYES, 'eyes', ...SKIN, 'skin', ...MOUTH, COPULAS, ...JOINTS].join(' '),
    ...STYLE.map(({ before, after }) => before ?? after!),
  ]),
  length: 16,
};

/** How often a caption says more than the colours of hair and eyes. */
const STYLE_SHARE = 0.5;
const MOUTH_SHARE = 0.3;
const SKIN_SHARE = 0.3;
/** How often a colour follows its noun, as in `eyes are red`. */
const TURNED_SHARE = 0.2;

/**
 * What is said of head `index` under `seed`: a pure function of what it is made of, the two, and the domain, which no
 * other numbers have, so that a head looks the same whatever is said of it. The colours of hair and eyes are always
 * named, style, mouth and skin sometimes, in any order.
 */
export function captionFace(made: FaceAttributes, seed: number, index: number, domain: number): string {
  const draws = new Draws(seed, index, domain);
  const phrases = [hairPhrase(made, draws), eyesPhrase(made, draws)];
  if (draws.unit() < MOUTH_SHARE) phrases.push(MOUTH[made.mouth]!);
  if (draws.unit() < SKIN_SHARE) phrases.push(`${SKIN[made.skin]} skin`);
  for (let i = phrases.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [phrases[i], phrases[j]] = [phrases[j]!, phrases[i]!];
  }
  const last = phrases.pop()!;
  return phrases.join(', ') + JOINTS[draws.below(JOINTS.length)]! + last;
}

function hairPhrase({ hair, style }: FaceAttributes, draws: Draws): string {
  const color = HAIR[hair]!;
  const { before, after } = draws.unit() < STYLE_SHARE ? STYLE[style]! : {};
  if (before) return `${before} ${color} hair`;
  if (after) return `${color} hair ${after}`;
  return draws.unit() < TURNED_SHARE ? `hair is ${color}` : `${color} hair`;
}

function eyesPhrase({ eyes }: FaceAttributes, draws: Draws): string {
  const color = EYES[eyes]!;
  return draws.unit() < TURNED_SHARE ? `eyes are ${color}` : `${color} eyes`;
}
