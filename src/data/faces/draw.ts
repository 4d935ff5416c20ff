import { drawBackHair } from './back-hair';
import { drawBody } from './body';
import { drawnBuild } from './build';
import { Canvas } from './canvas';
import { drawEyes, drawHead, drawMouth } from './features';
import { drawFrontHair } from './front-hair';
import { faceColors } from './palette';
import { faceTraits } from './traits';

const canvas = new Canvas();

const MAX_TURN = 0.07;
/** The head turns about this height. */
const NECK_Y = 26;

/**
 * Draws face `index` under `seed` as `[32, 32, 3]` bytes at `offset` of `out`: a pure function of the two.
 * The head stands at nearly the same place in every picture; what varies is listed in FACE_ATTRIBUTES, and
 * beyond it proportions, tilt, fringe, light, hues, clothes and background vary continuously.
 */
export function drawFace(seed: number, index: number, out: Uint8Array, offset: number): void {
  const traits = faceTraits(seed, index);
  const { draws } = traits;
  const colors = faceColors(traits.hair, traits.eyes, traits.skin, draws);
  const build = drawnBuild(draws);
  canvas.turn(0, 0, 0);
  canvas.background(colors.backTop, colors.backBottom);
  const tilt = draws.between(-MAX_TURN, MAX_TURN);
  canvas.turn(tilt, build.x, NECK_Y);
  drawBackHair(canvas, traits, build, colors);
  canvas.turn(tilt / 3, build.x, NECK_Y);
  drawBody(canvas, traits, build, colors);
  canvas.turn(tilt, build.x, NECK_Y);
  drawHead(canvas, build, colors);
  drawEyes(canvas, traits, build, colors);
  drawMouth(canvas, traits, build, colors);
  drawFrontHair(canvas, traits, build, colors);
  canvas.resolve(out, offset);
}
