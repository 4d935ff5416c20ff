import type { Build } from '../faces/build';
import { type Canvas, mirrored, smooth } from '../faces/canvas';
import type { FaceTraits } from '../faces/traits';
import { MATERIAL } from './materials';

/** Heights in pixels, before a head's own changes: eyes lie higher than on drawn faces, as on photographs. */
export const EYE_Y = 17.4;
const MOUTH_Y = 23.9;

/** Where the features of one head lie, for the light to follow. */
export interface Features {
  /** From the middle line to the middle of an eye. */
  readonly apart: number;
  readonly eyeY: number;
  readonly mouthY: number;
}

/** The face and its ears, in one flat material each: light gives them their shape. */
export function drawFaceShape(canvas: Canvas, { x, y, cheek, chin }: Build): void {
  for (const s of [-1, 1] as const) canvas.ellipse(x + s * (cheek + 0.1), y + 18.2, 0.9, 2, MATERIAL.ear);
  const bottom = y + chin;
  const outline = [
    ...[x - cheek * 0.6, y + 9],
    ...[x - cheek * 0.98, y + 14],
    ...[x - cheek, y + 18],
    ...[x - cheek * 0.88, bottom - 4.6],
    ...[x - cheek * 0.52, bottom - 1.1],
    ...[x - 1, bottom],
  ];
  canvas.polygon(smooth(mirrored(outline, x)), MATERIAL.skin);
}

/** Small eyes under lids and soft brows: about half the height of drawn ones. */
export function drawSmallEyes(canvas: Canvas, { draws }: FaceTraits, { x, y, light }: Build): Features {
  const apart = draws.between(3.6, 4);
  const wide = draws.between(1.75, 2);
  const tall = draws.between(1.05, 1.25);
  const slant = draws.between(-0.25, 0.25);
  const raised = draws.between(-0.25, 0.35);
  const glance = draws.between(-0.25, 0.25);
  const eyeY = y + EYE_Y + draws.between(-0.25, 0.25);
  for (const s of [-1, 1] as const) {
    const middle = x + s * apart;
    const inner = middle - s * wide;
    const outer = middle + s * wide;
    const almond = [
      ...[inner, eyeY + 0.25],
      ...[middle - s * 0.6, eyeY - tall],
      ...[middle + s * 0.8, eyeY - tall + slant * 0.3],
      ...[outer, eyeY - 0.1 + slant],
      ...[middle + s * 0.6, eyeY + tall * 0.8],
      ...[middle - s * 0.7, eyeY + tall * 0.8],
    ];
    canvas.polygon(smooth(almond), MATERIAL.sclera);
    canvas.ellipse(middle + glance, eyeY, 1.15, 1.3, MATERIAL.iris, [MATERIAL.sclera]);
    canvas.ellipse(middle + glance, eyeY - 0.1, 0.4, 0.4, MATERIAL.pupil, [MATERIAL.iris]);
    canvas.ellipse(middle + glance - light * 0.45, eyeY - 0.45, 0.27, 0.27, MATERIAL.glint);
    const lid = eyeY - tall;
    canvas.polygon(
      smooth([
        ...[inner - s * 0.1, eyeY],
        ...[middle - s * 0.6, lid - 0.15],
        ...[middle + s * 0.8, lid - 0.2 + slant * 0.3],
        ...[outer + s * 0.35, eyeY - 0.25 + slant],
        ...[middle + s * 0.8, lid + 0.3 + slant * 0.3],
        ...[middle - s * 0.6, lid + 0.3],
      ]),
      MATERIAL.lash,
    );
    const browY = eyeY - 2.75 - raised;
    canvas.polygon(
      smooth([
        ...[inner - s * 0.2, browY + 0.35],
        ...[middle, browY - 0.25],
        ...[outer + s * 0.4, browY + 0.35 + slant * 0.5],
        ...[middle, browY + 0.4],
      ]),
      MATERIAL.brow,
    );
  }
  return { apart, eyeY, mouthY: y + MOUTH_Y + draws.between(-0.2, 0.2) };
}

/** The five mouths of drawn faces, as lips make them. */
export function drawLips(
  canvas: Canvas,
  { mouth, draws }: FaceTraits,
  { x }: Build,
  { mouthY }: Features,
): void {
  const wide = draws.between(2.3, 2.8);
  // How far the corners lie above the middle.
  const up = [0.5, 0.35, 0, 0.15, 0][mouth]!;
  if (mouth === 4) {
    canvas.ellipse(x, mouthY + 0.1, wide * 0.52, 1.15, MATERIAL.lips);
    canvas.ellipse(x, mouthY + 0.1, wide * 0.3, 0.65, MATERIAL.inMouth);
    return;
  }
  const bow = mouth === 3 ? 0.45 : 0.12;
  const full = mouth === 1 ? 1.25 : 0.85;
  canvas.polygon(
    smooth([
      ...[x - wide, mouthY - up],
      ...[x - wide * 0.4, mouthY - 0.55 - bow],
      ...[x, mouthY - 0.4],
      ...[x + wide * 0.4, mouthY - 0.55 - bow],
      ...[x + wide, mouthY - up],
      ...[x + wide * 0.45, mouthY + full * 0.85],
      ...[x, mouthY + full],
      ...[x - wide * 0.45, mouthY + full * 0.85],
    ]),
    MATERIAL.lips,
  );
  const half = wide * 0.82;
  const open = mouth === 1 ? 0.75 : 0.28;
  const parting = smooth([
    ...[x - half, mouthY - up * 0.8],
    ...[x, mouthY - 0.12 + bow * 0.4],
    ...[x + half, mouthY - up * 0.8],
    ...[x + half * 0.5, mouthY + open * 0.8],
    ...[x, mouthY + open],
    ...[x - half * 0.5, mouthY + open * 0.8],
  ]);
  canvas.polygon(parting, MATERIAL.inMouth);
  if (mouth === 1) canvas.ellipse(x, mouthY + 0.05, half * 0.75, 0.42, MATERIAL.teeth, [MATERIAL.inMouth]);
}
