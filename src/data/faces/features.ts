import type { Build } from './build';
import { type Canvas, mirrored, smooth } from './canvas';
import type { FaceColors } from './palette';
import type { FaceTraits } from './traits';

/** The heights of eyes and mouth in pixels, before a face's own changes. */
const EYE_Y = 18.6;
const MOUTH_Y = 23.9;

/** Face and ears. */
export function drawHead(canvas: Canvas, { x, y, cheek, chin, light }: Build, colors: FaceColors): void {
  const { skin, skinDark } = colors;
  for (const s of [-1, 1] as const) {
    canvas.ellipse(x + s * (cheek + 0.4), y + 18.6, 1.2, 2, skinDark);
    canvas.ellipse(x + s * (cheek + 0.25), y + 18.5, 1, 1.7, skin);
  }
  const bottom = y + chin;
  const outline = [
    x - cheek * 0.6,
    y + 9.5,
    x - cheek,
    y + 14,
    x - cheek,
    y + 18.5,
    x - cheek * 0.82,
    bottom - 3.3,
    x - cheek * 0.4,
    bottom - 0.9,
    x - 0.5,
    bottom,
  ];
  const shape = smooth(mirrored(outline, x));
  canvas.polygon(shape, skinDark);
  // The lit part is the same outline, moved towards the light and up.
  canvas.polygon(
    shape.map((value, i) => (i % 2 === 0 ? value - light * 0.7 : value - 0.25)),
    skin,
    [skinDark],
  );
}

/** Eyes, lashes, brows, nose and blush. */
export function drawEyes(
  canvas: Canvas,
  { draws, mouth }: FaceTraits,
  { x, y, light }: Build,
  colors: FaceColors,
): void {
  const { iris, irisDark, pupil, lash, sclera, white, skinLine, blush, skin, skinDark, hairLine } = colors;
  const apart = draws.between(4.1, 4.5);
  const wide = draws.between(2.45, 2.8);
  const tall = draws.between(2.9, 3.3);
  const slant = draws.between(-0.45, 0.45);
  const brow = draws.between(-0.35, 0.5);
  const glance = draws.between(-0.3, 0.3);
  const blushing = draws.unit() < 0.6;
  const centerY = y + EYE_Y + draws.between(-0.3, 0.3);
  for (const s of [-1, 1] as const) {
    const centerX = x + s * apart;
    canvas.ellipse(centerX, centerY + 0.1, wide, tall, sclera);
    const irisX = centerX + glance;
    canvas.ellipse(irisX, centerY + 0.15, wide * 0.8, tall * 0.95, irisDark, [sclera]);
    canvas.ellipse(irisX, centerY + 0.95, wide * 0.74, tall * 0.68, iris, [irisDark]);
    canvas.ellipse(irisX, centerY - 0.15, wide * 0.32, tall * 0.42, pupil);
    canvas.ellipse(irisX - light * 0.75, centerY - 1.1, 0.72, 0.82, white);
    canvas.ellipse(irisX + light * 0.7, centerY + 1.35, 0.34, 0.34, white);
    // The upper lashes: a thick arc, its outer corner drawn out.
    const outer = centerX + s * (wide + 0.75);
    const inner = centerX - s * (wide - 0.05);
    const lid = centerY - tall;
    canvas.polygon(
      smooth([
        inner,
        lid + 1.3,
        centerX - s * 1.1,
        lid - 0.15,
        centerX + s * 1.2,
        lid - 0.25 - slant * 0.3,
        outer,
        lid + 1.6 - slant,
        centerX + s * (wide - 0.1),
        lid + 1.5,
        centerX + s * 0.9,
        lid + 0.75,
        centerX - s * 1.1,
        lid + 0.8,
      ]),
      lash,
    );
    canvas.polygon(
      [
        centerX - s * 1.2,
        centerY + tall,
        centerX + s * 1.6,
        centerY + tall - 0.1,
        centerX + s * 1.4,
        centerY + tall + 0.3,
        centerX - s,
        centerY + tall + 0.35,
      ],
      skinLine,
      [skin, skinDark],
    );
    const browY = lid - 1.5;
    canvas.polygon(
      [
        centerX - s * 1.9,
        browY + brow,
        centerX + s * 2.2,
        browY - brow * 0.5,
        centerX + s * 2.3,
        browY + 0.45 - brow * 0.5,
        centerX - s * 1.9,
        browY + 0.65 + brow,
      ],
      hairLine,
    );
    if (blushing) canvas.ellipse(x + s * 5.7, y + 22.6, 1.4, 0.8, blush, [skin, skinDark]);
  }
  canvas.ellipse(x + light * 0.25, y + 21.4 + (mouth === 1 ? -0.2 : 0), 0.3, 0.4, skinDark);
}

/** One of the five mouths. */
export function drawMouth(
  canvas: Canvas,
  { mouth, draws }: FaceTraits,
  { x, y }: Build,
  { lips, skinLine, white }: FaceColors,
): void {
  const top = y + MOUTH_Y + draws.between(-0.2, 0.2);
  const wide = draws.between(1.7, 2.2);
  if (mouth === 0) {
    canvas.polygon(
      smooth([
        x - wide,
        top - 0.45,
        x,
        top + 0.25,
        x + wide,
        top - 0.45,
        x + wide * 0.5,
        top + 0.55,
        x,
        top + 0.8,
        x - wide * 0.5,
        top + 0.55,
      ]),
      lips,
    );
  } else if (mouth === 1) {
    canvas.polygon(
      smooth([
        x - wide,
        top - 0.55,
        x,
        top - 0.4,
        x + wide,
        top - 0.55,
        x + wide * 0.6,
        top + 0.9,
        x,
        top + 1.35,
        x - wide * 0.6,
        top + 0.9,
      ]),
      lips,
    );
    canvas.polygon(
      [
        x - wide * 0.75,
        top - 0.35,
        x + wide * 0.75,
        top - 0.35,
        x + wide * 0.6,
        top + 0.05,
        x - wide * 0.6,
        top + 0.05,
      ],
      white,
    );
  } else if (mouth === 2) {
    canvas.polygon(
      [
        x - wide * 0.8,
        top - 0.2,
        x + wide * 0.8,
        top - 0.2,
        x + wide * 0.7,
        top + 0.35,
        x - wide * 0.7,
        top + 0.35,
      ],
      skinLine,
    );
  } else if (mouth === 3) {
    for (const s of [-1, 1] as const) {
      canvas.polygon(
        [
          x,
          top - 0.35,
          x + s * wide * 0.5,
          top + 0.15,
          x + s * wide,
          top - 0.5,
          x + s * (wide + 0.2),
          top - 0.15,
          x + s * wide * 0.55,
          top + 0.75,
          x,
          top + 0.25,
        ],
        lips,
      );
    }
  } else {
    canvas.ellipse(x, top + 0.15, wide * 0.5, 0.85, lips);
  }
}
