import { oklabToPacked } from '../../util/oklab';
import type { Draws } from '../draws';

/** Lightness, chroma, hue in degrees: OKLab in polar form. */
type Lch = readonly [lightness: number, chroma: number, hue: number];

/** In the order of FACE_ATTRIBUTES.hair. */
const HAIR: readonly Lch[] = [
  [0.28, 0.02, 290],
  [0.45, 0.075, 52],
  [0.85, 0.125, 92],
  [0.53, 0.19, 28],
  [0.77, 0.135, 355],
  [0.55, 0.16, 262],
  [0.66, 0.15, 148],
  [0.92, 0.012, 280],
];
/** In the order of FACE_ATTRIBUTES.eyes. */
const EYES: readonly Lch[] = [
  [0.42, 0.085, 50],
  [0.78, 0.16, 82],
  [0.68, 0.18, 146],
  [0.6, 0.17, 252],
  [0.55, 0.21, 305],
  [0.57, 0.22, 24],
];
/** In the order of FACE_ATTRIBUTES.skin. */
const SKIN: readonly Lch[] = [
  [0.94, 0.025, 55],
  [0.89, 0.05, 58],
  [0.79, 0.075, 58],
  [0.61, 0.08, 52],
];

const pack = ([lightness, chroma, hue]: Lch): number => {
  const angle = (hue * Math.PI) / 180;
  return oklabToPacked(lightness, chroma * Math.cos(angle), chroma * Math.sin(angle));
};

/** The same colour, lighter or darker. Shadows turn a little towards blue and keep their chroma. */
const shade = ([lightness, chroma, hue]: Lch, by: number): number => pack([lightness + by, chroma, hue]);

const jitter = ([lightness, chroma, hue]: Lch, draws: Draws, amounts: Lch): Lch => [
  lightness + draws.between(-amounts[0], amounts[0]),
  chroma * (1 + draws.between(-amounts[1], amounts[1])),
  hue + draws.between(-amounts[2], amounts[2]),
];

/** The colours of one face, packed. */
export interface FaceColors {
  readonly hair: number;
  readonly hairDark: number;
  readonly hairShine: number;
  readonly hairLine: number;
  readonly iris: number;
  readonly irisDark: number;
  readonly pupil: number;
  readonly skin: number;
  readonly skinDark: number;
  readonly skinLine: number;
  readonly blush: number;
  readonly lips: number;
  readonly lash: number;
  readonly sclera: number;
  readonly white: number;
  readonly cloth: number;
  readonly clothDark: number;
  readonly clothTrim: number;
  readonly backTop: number;
  readonly backBottom: number;
}

/** Colours for the chosen hair, eyes and skin, each a little different every time. */
export function faceColors(
  hairIndex: number,
  eyesIndex: number,
  skinIndex: number,
  draws: Draws,
): FaceColors {
  const hair = jitter(HAIR[hairIndex]!, draws, [0.025, 0.12, 6]);
  const eyes = jitter(EYES[eyesIndex]!, draws, [0.025, 0.1, 6]);
  const skin = jitter(SKIN[skinIndex]!, draws, [0.015, 0.15, 4]);
  const clothHue = draws.between(0, 360);
  const cloth: Lch = [draws.between(0.35, 0.8), draws.between(0.02, 0.12), clothHue];
  const backHue = draws.between(0, 360);
  const back: Lch = [draws.between(0.88, 0.95), draws.between(0.01, 0.045), backHue];
  const deep = hair[0] > 0.8 ? 0.14 : 0.1;
  return {
    hair: pack(hair),
    hairDark: shade(hair, -deep),
    hairShine: shade(hair, hair[0] > 0.8 ? 0.06 : 0.12),
    hairLine: shade(hair, -2 * deep),
    iris: pack(eyes),
    irisDark: shade(eyes, -0.16),
    pupil: pack([eyes[0] * 0.35, eyes[1] * 0.4, eyes[2]]),
    skin: pack(skin),
    skinDark: shade([skin[0], skin[1] * 1.5, skin[2] - 12], -0.09),
    skinLine: shade([skin[0], skin[1] * 1.6, skin[2] - 15], -0.27),
    blush: shade([skin[0], skin[1] * 1.3 + 0.04, 25], -0.05),
    lips: pack([skin[0] * 0.62, 0.13, 22]),
    lash: pack([0.2, 0.025, hair[2]]),
    sclera: pack([0.97, 0.005, 250]),
    white: 0xffffff,
    cloth: pack(cloth),
    clothDark: shade(cloth, -0.12),
    clothTrim: pack([0.95, 0.02, clothHue + 180]),
    backTop: pack(back),
    backBottom: shade(back, -0.07),
  };
}
