import { oklabToPacked } from '../../util/oklab';
import type { Draws } from '../draws';
import { drawBackHair } from '../faces/back-hair';
import { drawBody } from '../faces/body';
import type { Build } from '../faces/build';
import { Canvas, SIDE } from '../faces/canvas';
import { drawFrontHair } from '../faces/front-hair';
import { type FaceTraits, faceTraits } from '../faces/traits';
import { drawFaceShape, drawLips, drawSmallEyes } from './features';
import { light, photograph } from './light';
import { MATERIAL, portraitRamps } from './materials';

const canvas = new Canvas();

/** Portraits and drawn faces of one seed have nothing in common. */
const DOMAIN = 1;
const MAX_TURN = 0.06;
const NECK_Y = 26;
/** Strongest grain, of 255. */
const GRAIN = 4;

const CLOTHES = {
  cloth: MATERIAL.cloth,
  clothDark: MATERIAL.clothDark,
  clothTrim: MATERIAL.clothTrim,
  skin: MATERIAL.neck,
  skinDark: MATERIAL.neckDark,
};

/** The choices of portrait `index`, as {@link faceTraits} tells those of a face. */
export function portraitTraits(seed: number, index: number): FaceTraits {
  return faceTraits(seed, index, DOMAIN);
}

/** A narrower face than a drawn one, and a longer chin. */
function portraitBuild(draws: Draws): Build {
  return {
    x: 16 + draws.between(-0.5, 0.5),
    y: draws.between(-0.5, 0.5),
    cheek: draws.between(7, 7.7),
    chin: 27.2 + draws.between(-0.5, 0.5),
    skull: draws.between(9.2, 9.9),
    crown: draws.between(2.4, 3.4),
    light: draws.unit() < 0.5 ? -1 : 1,
  };
}

function backColors(draws: Draws): number[] {
  const middle = draws.between(0.4, 0.8);
  const color = (): number => {
    const angle = draws.between(0, 2 * Math.PI);
    const chroma = draws.between(0, 0.045);
    return oklabToPacked(
      middle + draws.between(-0.14, 0.14),
      chroma * Math.cos(angle),
      chroma * Math.sin(angle),
    );
  };
  return [color(), color(), color()];
}

/**
 * Draws portrait `index` under `seed` as `[32, 32, 3]` bytes at `offset` of `out`: a pure function of the two.
 * The heads of drawn faces, with the same choices, as a camera would see them: small eyes, round shapes in soft
 * light from one side, muted colours, no outlines, a background out of focus.
 */
export function drawPortrait(seed: number, index: number, out: Uint8Array, offset: number): void {
  const traits = portraitTraits(seed, index);
  const { draws } = traits;
  const ramps = portraitRamps(traits, draws);
  const build = portraitBuild(draws);
  canvas.turn(0, 0, 0);
  canvas.background(MATERIAL.backdrop, MATERIAL.backdrop);
  const tilt = draws.between(-MAX_TURN, MAX_TURN);
  canvas.turn(tilt, build.x, NECK_Y);
  drawBackHair(canvas, traits, build, MATERIAL);
  canvas.turn(tilt / 3, build.x, NECK_Y);
  drawBody(canvas, traits, build, CLOTHES);
  canvas.turn(tilt, build.x, NECK_Y);
  drawFaceShape(canvas, build);
  const features = drawSmallEyes(canvas, traits, build);
  drawLips(canvas, traits, build, features);
  drawFrontHair(canvas, traits, build, MATERIAL);
  light(canvas, draws, build, features, ramps, backColors(draws));
  canvas.resolve(out, offset);
  photograph(draws, GRAIN, out.subarray(offset, offset + SIDE * SIDE * 3));
}
