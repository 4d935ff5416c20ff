import { Canvas, mirrored, smooth } from './canvas';
import { faceColors } from './palette';
import { type FaceTraits, faceTraits } from './traits';

const canvas = new Canvas();

/** Everything is drawn about this vertical line and these heights, in pixels, before a face's own changes. */
const AXIS = 16;
const EYE_Y = 18.6;
const MOUTH_Y = 23.9;
const CHIN_Y = 26.8;
const MAX_TURN = 0.07;
const NECK_Y = 26;

/** Proportions of one face, in pixels. */
interface Build {
  readonly x: number;
  readonly y: number;
  readonly cheek: number;
  readonly chin: number;
  readonly skull: number;
  readonly crown: number;
  readonly light: number;
}

/**
 * Draws face `index` under `seed` as `[32, 32, 3]` bytes at `offset` of `out`: a pure function of the two.
 * The head stands at nearly the same place in every picture; what varies is listed in FACE_ATTRIBUTES, and
 * beyond it proportions, tilt, fringe, light, hues, clothes and background vary continuously.
 */
export function drawFace(seed: number, index: number, out: Uint8Array, offset: number): void {
  const traits = faceTraits(seed, index);
  const { draws } = traits;
  const colors = faceColors(traits.hair, traits.eyes, traits.skin, draws);
  const build: Build = {
    x: AXIS + draws.between(-0.5, 0.5),
    y: draws.between(-0.5, 0.5),
    cheek: draws.between(7.6, 8.4),
    chin: CHIN_Y + draws.between(-0.5, 0.5),
    skull: draws.between(9.9, 10.7),
    crown: draws.between(2.4, 3.4),
    light: draws.unit() < 0.5 ? -1 : 1,
  };
  canvas.turn(0, 0, 0);
  canvas.background(colors.backTop, colors.backBottom);
  const tilt = draws.between(-MAX_TURN, MAX_TURN);
  canvas.turn(tilt, build.x, NECK_Y);
  drawBackHair(traits, build, colors);
  canvas.turn(tilt / 3, build.x, NECK_Y);
  drawBody(traits, build, colors);
  canvas.turn(tilt, build.x, NECK_Y);
  drawHead(build, colors);
  drawEyes(traits, build, colors);
  drawMouth(traits, build, colors);
  drawFrontHair(traits, build, colors);
  canvas.resolve(out, offset);
}

type Colors = ReturnType<typeof faceColors>;

/** What of the hair lies behind the head. */
function drawBackHair({ style, draws }: FaceTraits, { x, y, skull, crown }: Build, colors: Colors): void {
  const { hair, hairDark, hairLine } = colors;
  const flare = draws.between(-0.4, 0.7);
  const length = draws.between(-1, 1);
  const side = draws.unit() < 0.5 ? -1 : 1;
  const both = [-1, 1] as const;
  if (style === 1) {
    const hem = y + 24.5 + length * 0.8;
    const half = [
      x,
      y + crown,
      x - skull * 0.75,
      y + 6.6,
      x - skull,
      y + 13,
      x - skull - flare,
      hem - 2,
      x - skull * 0.8,
      hem,
      x - 3,
      hem - 0.6,
    ];
    canvas.polygon(smooth(mirrored(half, x)), hairDark);
  } else if (style === 2) {
    const wide = skull + 0.6 + flare;
    const half = [
      x,
      y + crown,
      x - skull * 0.75,
      y + 6.6,
      x - skull,
      y + 13,
      x - wide,
      24,
      x - wide - 0.8,
      33,
      x,
      33,
    ];
    canvas.polygon(smooth(mirrored(half, x)), hairDark);
    for (const s of both)
      canvas.polygon(
        [
          x + s * (skull - 1),
          y + 12,
          x + s * (skull - 0.2),
          y + 13,
          x + s * (wide + 0.8),
          33,
          x + s * (wide - 1.4),
          33,
        ],
        hair,
      );
  } else if (style === 3) {
    const s = side;
    canvas.polygon(
      smooth([
        x + s * 5,
        y + 5,
        x + s * 10,
        y + 4.5 + length,
        x + s * 13.6,
        y + 9,
        x + s * (14.2 + flare),
        y + 16,
        x + s * 12.4,
        y + 23 + length,
        x + s * 10.6,
        y + 17,
        x + s * 9.5,
        y + 11,
      ]),
      hair,
    );
    canvas.polygon(
      smooth([x + s * 9.4, y + 7.5, x + s * 11.6, y + 11, x + s * 12.5, y + 20, x + s * 10.8, y + 16]),
      hairDark,
      [hair],
    );
  } else if (style === 4) {
    for (const s of both) {
      canvas.polygon(
        smooth([
          x + s * 7.5,
          y + 8,
          x + s * 10.5,
          y + 6.6,
          x + s * 13.4,
          y + 10,
          x + s * (14 + flare),
          y + 18,
          x + s * (12.6 + flare),
          y + 26.5 + length,
          x + s * 10.9,
          y + 20,
          x + s * 9,
          y + 13,
        ]),
        hair,
      );
      canvas.polygon(
        smooth([x + s * 9, y + 11, x + s * 11, y + 12, x + s * 12.2, y + 22, x + s * 10.6, y + 18]),
        hairDark,
        [hair],
      );
    }
  } else if (style === 5) {
    const size = draws.between(2.9, 3.5);
    for (const s of both) {
      canvas.ellipse(x + s * 7.6, y + 4.6, size + 0.25, size + 0.25, hairLine);
      canvas.ellipse(x + s * 7.6, y + 4.6, size, size, hair);
      canvas.ellipse(x + s * 7.2, y + 5.3, size * 0.55, size * 0.55, hairDark);
    }
  } else if (style === 6) {
    const points: number[] = [];
    const spikes = 9;
    for (let i = 0; i <= spikes; i++) {
      const angle = Math.PI * (1.12 - (1.24 * i) / spikes);
      const long = 1.14 + 0.16 * draws.unit();
      points.push(x - Math.cos(angle) * skull * long, y + 13.4 - Math.sin(angle) * (13 - crown) * long);
      const next = angle - (Math.PI * 0.62) / spikes;
      if (i < spikes)
        points.push(x - Math.cos(next) * skull * 0.96, y + 13.4 - Math.sin(next) * (13 - crown) * 0.96);
    }
    points.push(x + skull * 0.8, y + 22, x - skull * 0.8, y + 22);
    canvas.polygon(points, hair);
  }
  // The head of hair itself, and its shadow behind the cheeks.
  canvas.ellipse(x, y + 13.2, skull, 13.2 - crown, hair);
  const low = style === 0 || style === 6 ? 19 : 20;
  canvas.polygon(
    smooth(
      mirrored(
        [x - skull * 0.98, y + 12, x - skull * 0.95, y + 16, x - skull * 0.82, y + low, x - 5, y + low],
        x,
      ),
    ),
    hairDark,
  );
}

/** Neck, shoulders and clothes. */
function drawBody({ draws }: FaceTraits, { x, chin, light }: Build, colors: Colors): void {
  const { cloth, clothDark, clothTrim, skin, skinDark } = colors;
  const shoulder = draws.between(10, 12);
  const top = draws.between(28.6, 29.3);
  const kind = draws.below(3);
  canvas.polygon(
    smooth(
      mirrored(
        [x - 2.5, top - 0.6, x - shoulder * 0.7, top + 0.9, x - shoulder, 31, x - shoulder - 0.6, 36],
        x,
      ),
    ),
    cloth,
  );
  canvas.polygon(
    [
      x + light * shoulder * 0.45,
      36,
      x + light * shoulder * 0.62,
      top,
      x + light * 14,
      top,
      x + light * 14,
      36,
    ],
    clothDark,
    [cloth],
  );
  if (kind === 0) {
    // A sailor's collar.
    canvas.polygon(
      mirrored([x - 2.4, top - 1, x - 5.6, top + 0.6, x - 4.8, 31.2, x - 0.4, 34], x),
      clothTrim,
    );
    canvas.polygon(mirrored([x - 2.4, top - 0.6, x, top + 3.4], x), skin);
  } else if (kind === 1) {
    // A round neck.
    canvas.ellipse(x, top + 0.4, 3.9, 2.1, clothTrim);
    canvas.ellipse(x, top, 3.2, 1.8, skin);
  } else {
    // A rolled collar; the neck is skin above it.
    canvas.polygon(smooth(mirrored([x - 2.9, top - 1.6, x - 3.5, top + 1.2], x)), clothDark);
  }
  const neckEnd = kind === 2 ? top - 1.2 : top + 0.6;
  canvas.polygon([x - 2.3, 23, x + 2.3, 23, x + 2.3, neckEnd, x - 2.3, neckEnd], skin);
  canvas.polygon([x - 2.3, 23, x + 2.3, 23, x + 2.3, chin + 1, x, chin + 1.9, x - 2.3, chin + 1], skinDark, [
    skin,
  ]);
}

/** Face and ears. */
function drawHead({ x, y, cheek, chin, light }: Build, colors: Colors): void {
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

function drawEyes({ draws, mouth }: FaceTraits, { x, y, light }: Build, colors: Colors): void {
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

function drawMouth({ mouth, draws }: FaceTraits, { x, y }: Build, { lips, skinLine, white }: Colors): void {
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

/** Fringe, locks at the temples, shine. */
function drawFrontHair(
  { style, draws }: FaceTraits,
  { x, y, skull, crown, cheek, light }: Build,
  colors: Colors,
): void {
  const { hair, hairDark, hairShine, hairLine } = colors;
  const kind = draws.below(4);
  const low = y + draws.between(14.6, 15.6);
  const side = draws.unit() < 0.5 ? -1 : 1;
  const edge = skull - 0.1;
  // The cap above the forehead, then its lower edge from left to right.
  const cap: number[] = [x + edge, y + 14.5];
  for (let i = 1; i < 12; i++) {
    const angle = (Math.PI * i) / 12;
    cap.push(x + Math.cos(angle) * skull, y + 13.2 - Math.sin(angle) * (13.2 - crown));
  }
  cap.push(x - edge, y + 14.5);
  const at = (offset: number, down: number) => [x + side * offset, y + down];
  let fringe: number[];
  if (kind === 0) {
    // Straight across, in blunt locks.
    fringe = [
      x - cheek,
      low + 1.4,
      x - 4.6,
      low + 0.2,
      x - 4,
      low - 1.2,
      x - 3.4,
      low + 0.3,
      x - 0.5,
      low + 0.1,
      x,
      low - 1.3,
      x + 0.6,
      low + 0.2,
      x + 3.4,
      low + 0.3,
      x + 4.1,
      low - 1.2,
      x + 4.7,
      low + 0.2,
      x + cheek,
      low + 1.4,
    ];
  } else if (kind === 1) {
    // Pointed locks.
    fringe = [
      x - cheek,
      low + 1.8,
      x - 5.4,
      low - 1.6,
      x - 3.6,
      low + 1.3,
      x - 2.4,
      low - 2.2,
      x,
      low + 1.5,
      x + 1.6,
      low - 2.2,
      x + 3.4,
      low + 1.3,
      x + 5.2,
      low - 1.6,
      x + cheek,
      low + 1.8,
    ];
  } else if (kind === 2) {
    // Swept to one side.
    const swept = [
      ...at(-cheek, 17),
      ...at(-5.4, 13.2),
      ...at(-3, 11),
      ...at(-0.6, 13.4),
      ...at(2.4, 14.9),
      ...at(3, 13.7),
      ...at(5, 16),
      ...at(cheek, 17.2),
    ];
    fringe = side > 0 ? swept : reversedPairs(swept);
  } else {
    // Parted in the middle.
    fringe = [
      x - cheek,
      y + 18,
      x - 5.6,
      y + 15.2,
      x - 3,
      y + 13,
      x - 0.4,
      y + 9.6,
      x + 0.4,
      y + 9.6,
      x + 3,
      y + 13,
      x + 5.6,
      y + 15.2,
      x + cheek,
      y + 18,
    ];
  }
  canvas.polygon([...cap, ...fringe], hair);
  // Locks in front of the ears.
  const lock = [17.2, 21.8, 24.5, 20.5, 23.5, 20.5, 18.6][style]! + draws.between(-0.8, 0.8);
  for (const s of [-1, 1] as const) {
    canvas.polygon(
      [
        x + s * edge,
        y + 13.6,
        x + s * (edge + 0.1),
        y + 16.5,
        x + s * (cheek + 0.2),
        y + lock,
        x + s * (cheek - 0.9),
        y + 17.4,
        x + s * (cheek - 0.9),
        y + 14,
      ],
      hair,
    );
    canvas.polygon(
      [
        x + s * edge,
        y + 14.6,
        x + s * (edge + 0.1),
        y + 16.5,
        x + s * (cheek + 0.2),
        y + lock,
        x + s * (cheek + 0.9),
        y + 16,
      ],
      hairDark,
      [hair],
    );
  }
  // A band of shine around the crown, and shadow on the side away from the light.
  const band = y + crown + 3.6;
  canvas.polygon(
    smooth([
      x - 5.8,
      band + 1.5,
      x - 2.5,
      band + 0.1,
      x + 2.5,
      band + 0.1,
      x + 5.8,
      band + 1.5,
      x + 2.5,
      band + 1.3,
      x - 2.5,
      band + 1.3,
    ]),
    hairShine,
    [hair],
  );
  canvas.polygon(
    [
      x + light * (skull - 2),
      y + 7,
      x + light * (skull + 1),
      y + 7,
      x + light * (skull + 1),
      y + 15,
      x + light * (skull - 0.9),
      y + 15,
    ],
    hairDark,
    [hair],
  );
  if (kind === 2 || kind === 3) {
    const from = kind === 2 ? x - side * 3 : x;
    canvas.polygon(
      [from - 0.2, y + crown + 1.2, from + 0.2, y + crown + 1.2, from + 0.25, y + 11, from - 0.25, y + 11],
      hairLine,
      [hair, hairShine],
    );
  }
}

function reversedPairs(points: number[]): number[] {
  const out: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i]!, points[i + 1]!);
  return out;
}
