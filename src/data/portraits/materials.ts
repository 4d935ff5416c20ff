import { oklabToPacked } from '../../util/oklab';
import type { Draws } from '../draws';
import type { FaceAttributes } from '../faces/traits';

/** What a sample of a portrait is made of, before it is lit. Shapes are drawn in these numbers. */
export const MATERIAL = {
  backdrop: 0,
  hair: 1,
  hairDark: 2,
  hairShine: 3,
  hairLine: 4,
  skin: 5,
  neck: 6,
  neckDark: 7,
  cloth: 8,
  clothDark: 9,
  clothTrim: 10,
  sclera: 11,
  iris: 12,
  pupil: 13,
  glint: 14,
  lash: 15,
  brow: 16,
  lips: 17,
  inMouth: 18,
  teeth: 19,
  ear: 20,
} as const;

/** Lightness, chroma, hue in degrees: OKLab in polar form. */
type Lch = readonly [lightness: number, chroma: number, hue: number];

/** Dyed hair of photographs: in the order of FACE_ATTRIBUTES.hair, with about half the chroma of drawn faces. */
const HAIR: readonly Lch[] = [
  [0.23, 0.012, 60],
  [0.39, 0.055, 55],
  [0.73, 0.085, 86],
  [0.47, 0.12, 40],
  [0.7, 0.085, 2],
  [0.45, 0.085, 258],
  [0.56, 0.085, 148],
  [0.87, 0.008, 90],
];
/** In the order of FACE_ATTRIBUTES.eyes. */
const EYES: readonly Lch[] = [
  [0.34, 0.055, 50],
  [0.6, 0.115, 75],
  [0.55, 0.1, 146],
  [0.55, 0.1, 250],
  [0.48, 0.12, 305],
  [0.46, 0.14, 26],
];
/** In the order of FACE_ATTRIBUTES.skin. */
const SKIN: readonly Lch[] = [
  [0.84, 0.038, 48],
  [0.77, 0.06, 52],
  [0.65, 0.075, 55],
  [0.45, 0.062, 50],
];

/** Steps of brightness of a material. */
const STEPS = 64;
/** At this brightness a material has its own lightness. */
const NEUTRAL = 0.755;

/** Colours of a material from deep shade to full light, packed. */
export type Ramp = Int32Array;

/** Shade keeps more of the chroma than light does, and its hue turns a little towards red. */
function ramp([lightness, chroma, hue]: Lch, contrast = 0.7, turn = 0): Ramp {
  return Int32Array.from({ length: STEPS }, (_, step) => {
    const up = step / (STEPS - 1) - NEUTRAL;
    const angle = ((hue + turn * up) * Math.PI) / 180;
    const strong = chroma * (1 - 0.35 * up);
    const light = Math.min(0.98, lightness * (1 + contrast * up));
    return oklabToPacked(light, strong * Math.cos(angle), strong * Math.sin(angle));
  });
}

/** The colour at a brightness from 0 to 1; beyond them that of the end. */
export function lit(colors: Ramp, brightness: number): number {
  const step = Math.round(brightness * (STEPS - 1));
  return colors[step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step]!;
}

/** Of every material but the backdrop, its ramp, by the numbers of {@link MATERIAL}. */
export function portraitRamps({ hair, eyes, skin }: FaceAttributes, draws: Draws): Ramp[] {
  const vary = ([lightness, chroma, hue]: Lch, by: Lch): Lch => [
    lightness + draws.between(-by[0], by[0]),
    chroma * (1 + draws.between(-by[1], by[1])),
    hue + draws.between(-by[2], by[2]),
  ];
  const hairColor = vary(HAIR[hair]!, [0.02, 0.12, 5]);
  const eyeColor = vary(EYES[eyes]!, [0.02, 0.1, 5]);
  const skinColor = vary(SKIN[skin]!, [0.02, 0.12, 4]);
  const cloth: Lch = [draws.between(0.22, 0.6), draws.between(0.005, 0.06), draws.between(0, 360)];
  const flesh = ramp(skinColor, 0.75, 12);
  const strands = ramp(hairColor, hairColor[0] < 0.3 ? 1.1 : 0.85);
  const garment = ramp(cloth, 0.8);
  const ramps: Ramp[] = [];
  ramps[MATERIAL.hair] = strands;
  ramps[MATERIAL.hairDark] = strands;
  ramps[MATERIAL.hairShine] = strands;
  ramps[MATERIAL.hairLine] = strands;
  ramps[MATERIAL.skin] = flesh;
  ramps[MATERIAL.ear] = ramp([skinColor[0] * 0.96, skinColor[1] * 1.15, skinColor[2] - 6], 0.75, 12);
  ramps[MATERIAL.neck] = flesh;
  ramps[MATERIAL.neckDark] = flesh;
  ramps[MATERIAL.cloth] = garment;
  ramps[MATERIAL.clothDark] = garment;
  ramps[MATERIAL.clothTrim] = ramp([Math.min(0.85, cloth[0] + 0.25), cloth[1] * 0.5, cloth[2]], 0.7);
  ramps[MATERIAL.sclera] = ramp([0.86, 0.008, 60], 0.6);
  ramps[MATERIAL.iris] = ramp(eyeColor, 0.6);
  ramps[MATERIAL.pupil] = ramp([0.13, 0.01, 60], 0.3);
  ramps[MATERIAL.glint] = ramp([0.97, 0, 0], 0.1);
  ramps[MATERIAL.lash] = ramp([0.24, 0.03, 45], 0.5);
  // Brows are a little darker than the hair, and never white.
  ramps[MATERIAL.brow] = ramp(
    [Math.min(0.5, hairColor[0] * 0.72, skinColor[0] * 0.75), Math.min(0.05, hairColor[1]), hairColor[2]],
    0.6,
  );
  ramps[MATERIAL.lips] = ramp([skinColor[0] * 0.8, skinColor[1] + 0.035, 25], 0.7);
  ramps[MATERIAL.inMouth] = ramp([0.25, 0.05, 25], 0.4);
  ramps[MATERIAL.teeth] = ramp([0.86, 0.015, 85], 0.5);
  return ramps;
}
