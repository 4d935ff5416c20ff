import type { Build } from './build';
import { type Canvas, mirrored, smooth } from './canvas';
import type { FaceColors } from './palette';
import type { FaceTraits } from './traits';

/** Colours of neck and clothes. */
export type BodyColors = Pick<FaceColors, 'cloth' | 'clothDark' | 'clothTrim' | 'skin' | 'skinDark'>;

/** Neck, shoulders and clothes. */
export function drawBody(
  canvas: Canvas,
  { draws }: FaceTraits,
  { x, chin, light }: Build,
  colors: BodyColors,
): void {
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
