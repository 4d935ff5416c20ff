import type { Build } from './build';
import { type Canvas, mirrored, smooth } from './canvas';
import type { FaceColors } from './palette';
import type { FaceTraits } from './traits';

/** Colours of the hair. */
export type HairColors = Pick<FaceColors, 'hair' | 'hairDark' | 'hairShine' | 'hairLine'>;

/** What of the hair lies behind the head. */
export function drawBackHair(
  canvas: Canvas,
  { style, draws }: FaceTraits,
  { x, y, skull, crown }: Build,
  colors: HairColors,
): void {
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
