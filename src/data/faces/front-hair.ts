import type { HairColors } from './back-hair';
import type { Build } from './build';
import { type Canvas, smooth } from './canvas';
import type { FaceTraits } from './traits';

/** Fringe, locks at the temples, shine. */
export function drawFrontHair(
  canvas: Canvas,
  { style, draws }: FaceTraits,
  { x, y, skull, crown, cheek, light }: Build,
  colors: HairColors,
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
