import type { Draws } from '../draws';
import type { Build } from '../faces/build';
import { type Canvas, mix, SIDE } from '../faces/canvas';
import type { Features } from './features';
import { lit, MATERIAL, type Ramp } from './materials';

/** One soft spot: brightness added at its middle, falling off as a Gaussian. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly amount: number;
}

const spot = (x: number, y: number, radiusX: number, radiusY: number, amount: number): Spot => ({
  x,
  y,
  radiusX,
  radiusY,
  amount,
});

/** How bright a surface is that faces the camera, and how much its turning to the light adds. */
const AMBIENT = 0.44;
const DIFFUSE = 0.48;
/** Tilts of one lock of hair against the next. */
const STRANDS = 64;

function spotsAt(spots: readonly Spot[], x: number, y: number): number {
  let sum = 0;
  for (let i = 0; i < spots.length; i++) {
    const at = spots[i]!;
    const u = (x - at.x) / at.radiusX;
    const v = (y - at.y) / at.radiusY;
    const far = u * u + v * v;
    if (far < 6) sum += at.amount * Math.exp(-far);
  }
  return sum;
}

/** The share of each pixel that hair covers, blurred twice over 3 × 3: what throws a soft shadow. */
function hairCover(canvas: Canvas): Float32Array {
  let cover = new Float32Array(SIDE * SIDE);
  canvas.repaint((material, x, y) => {
    if (material >= MATERIAL.hair && material <= MATERIAL.hairLine)
      cover[Math.floor(y) * SIDE + Math.floor(x)]! += 1 / 16;
    return material;
  });
  for (let pass = 0; pass < 2; pass++) {
    const from = cover;
    cover = new Float32Array(SIDE * SIDE);
    for (let y = 1; y < SIDE - 1; y++) {
      for (let x = 1; x < SIDE - 1; x++) {
        let sum = 0;
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) sum += from[(y + dy) * SIDE + x + dx]!;
        cover[y * SIDE + x] = sum / 9;
      }
    }
  }
  return cover;
}

/** Between the middles of the four nearest pixels. */
function bilinear(values: Float32Array, x: number, y: number): number {
  const left = Math.min(SIDE - 2, Math.max(0, Math.floor(x - 0.5)));
  const top = Math.min(SIDE - 2, Math.max(0, Math.floor(y - 0.5)));
  const u = Math.min(1, Math.max(0, x - 0.5 - left));
  const v = Math.min(1, Math.max(0, y - 0.5 - top));
  const at = top * SIDE + left;
  const upper = values[at]! * (1 - u) + values[at + 1]! * u;
  const lower = values[at + SIDE]! * (1 - u) + values[at + SIDE + 1]! * u;
  return upper * (1 - v) + lower * v;
}

/** A smooth function of the place, worked out once for each half pixel and only where it is asked for. */
function byHalfPixel(value: (x: number, y: number) => number): (x: number, y: number) => number {
  const side = 2 * SIDE;
  const known = new Float64Array(side * side).fill(Number.NaN);
  return (x, y) => {
    const column = Math.floor(2 * x);
    const row = Math.floor(2 * y);
    const at = row * side + column;
    if (Number.isNaN(known[at]!)) known[at] = value((column + 0.5) / 2, (row + 0.5) / 2);
    return known[at]!;
  };
}

/** Something out of focus far behind: a blend of three colours in large soft patches. */
function backdrop(draws: Draws, [base, ...others]: readonly number[]): (x: number, y: number) => number {
  const patches = others.map((color) => ({
    color,
    spots: [0, 1].map(() =>
      spot(draws.between(-2, 34), draws.between(-2, 26), draws.between(7, 14), draws.between(7, 14), 0.9),
    ),
  }));
  return byHalfPixel((x, y) =>
    patches.reduce((under, { color, spots }) => mix(under, color, Math.min(1, spotsAt(spots, x, y))), base!),
  );
}

/**
 * Lights what has been drawn in materials: a head that is round, by one large soft light from above and the
 * side, with the shadows that hair, brows, nose and chin throw.
 */
export function light(
  canvas: Canvas,
  draws: Draws,
  { x: middle, y: down, cheek, chin, skull, crown, light: shaded }: Build,
  { apart, eyeY, mouthY }: Features,
  ramps: readonly Ramp[],
  backColors: readonly number[],
): void {
  const cover = hairCover(canvas);
  const behind = backdrop(draws, backColors);
  const contrast = draws.between(0.8, 1.15);
  const exposure = draws.between(-0.02, 0.06);
  // Towards the light: up, to its side, to the camera; of length one.
  const [lightX, lightY, lightZ] = [-shaded * 0.56, -0.46, 0.69];
  const locks = Float32Array.from({ length: STRANDS }, () => draws.between(-1, 1));
  const [faceY, faceHeight, faceWidth] = [down + 17, 11.6, cheek + 1.1];
  const bottom = down + chin;
  const features: Spot[] = [
    // Sockets, the shaded side of the nose, its tip and wings, under the lip, cheeks, forehead.
    spot(middle - apart, eyeY - 0.7, 2.6, 1.5, -0.13),
    spot(middle + apart, eyeY - 0.7, 2.6, 1.5, -0.13),
    spot(middle + shaded * 1.1, eyeY + 2.6, 0.8, 2.6, -0.13),
    spot(middle - shaded * 0.3, eyeY + 3.2, 0.6, 1.8, 0.13),
    spot(middle + shaded * 0.2, eyeY + 4.6, 1.5, 0.55, -0.26),
    spot(middle, mouthY + 1.7, 1.9, 0.6, -0.12),
    spot(middle - shaded * 4, eyeY + 3.4, 2, 1.6, 0.07),
    spot(middle - shaded * 1.5, down + 13.2, 3.4, 2, 0.06),
    spot(middle, bottom - 0.9, 1.8, 0.8, 0.06),
  ];

  const facing = (u: number, v: number): number => {
    const off = u * u + v * v;
    const shrink = off > 0.96 ? Math.sqrt(0.96 / off) : 1;
    const z = Math.sqrt(1 - Math.min(0.96, off));
    return Math.max(0, u * shrink * lightX + v * shrink * lightY + z * lightZ);
  };
  const shadow = (x: number, y: number) => bilinear(cover, x - shaded * 0.7, y - 1.3);

  const skin = byHalfPixel(
    (x, y) =>
      AMBIENT +
      DIFFUSE * contrast * facing((x - middle) / faceWidth, (y - faceY) / faceHeight) +
      spotsAt(features, x, y) -
      0.3 * contrast * shadow(x, y),
  );
  const hair = byHalfPixel((x, y) => {
    const u = (x - middle) / (skull + 0.8);
    const v = Math.min(0.15, (y - down - 13.6) / (13.9 - crown));
    const turned = facing(u, v);
    // Locks run from the crown outward, then straight down.
    const along = y < down + 13 ? (x - middle) / (y - down - crown + 6) : (x - middle) / (20 - crown);
    const place = (along + 2) * 14;
    const lock = Math.floor(place);
    const t = place - lock;
    const streak = locks[lock & (STRANDS - 1)]! * (1 - t) + locks[(lock + 1) & (STRANDS - 1)]! * t;
    const sheen = Math.exp(-(((turned - 0.9) / 0.1) ** 2));
    return AMBIENT - 0.02 + DIFFUSE * contrast * turned + 0.05 * streak + (0.1 + 0.08 * streak) * sheen;
  });
  const round = (x: number, width: number): number => facing((x - middle) / width, -0.1);

  canvas.repaint((material, x, y) => {
    if (material === MATERIAL.backdrop) return behind(x, y);
    let brightness: number;
    switch (material) {
      case MATERIAL.hair:
      case MATERIAL.hairShine:
        brightness = hair(x, y);
        break;
      case MATERIAL.hairDark:
        brightness = hair(x, y) - 0.16;
        break;
      case MATERIAL.hairLine:
        brightness = hair(x, y) - 0.22;
        break;
      case MATERIAL.skin:
      case MATERIAL.lips:
      case MATERIAL.brow:
        brightness = skin(x, y);
        break;
      case MATERIAL.ear:
        brightness = skin(x, y) - 0.06;
        break;
      case MATERIAL.neck:
      case MATERIAL.neckDark:
        // The chin's shadow fades down the neck.
        brightness = AMBIENT + DIFFUSE * round(x, 4) - 0.28 * Math.exp(-(((y - bottom) / 2.2) ** 2));
        break;
      case MATERIAL.cloth:
      case MATERIAL.clothTrim:
      case MATERIAL.clothDark:
        brightness = AMBIENT + DIFFUSE * round(x, 15) - 0.25 * shadow(x, y);
        break;
      default:
        // Eyes and teeth lie in the light of the face around them.
        brightness = 0.35 + 0.5 * skin(x, y);
    }
    return lit(ramps[material]!, brightness + exposure);
  });
}

/** One step of a blur of 1, 6, 1 between neighbours `stride` apart; the ends stand in for what lies beyond them. */
function blurred(values: ArrayLike<number>, at: number, place: number, stride: number): number {
  const before = place > 0 ? values[at - stride]! : values[at]!;
  const after = place < SIDE - 1 ? values[at + stride]! : values[at]!;
  return (before + 6 * values[at]! + after) / 8;
}

/** What a lens and a sensor do: a slight blur along both axes and a little grain. */
export function photograph(draws: Draws, grain: number, out: Uint8Array): void {
  const row = SIDE * 3;
  const rows = new Float32Array(SIDE * row);
  for (let i = 0; i < rows.length; i++) rows[i] = blurred(out, i, Math.floor(i / 3) % SIDE, 3);
  for (let i = 0; i < rows.length; i += 3) {
    const noise = grain * (draws.unit() + draws.unit() - 1);
    for (let c = i; c < i + 3; c++) {
      out[c] = Math.min(255, Math.max(0, Math.round(blurred(rows, c, Math.floor(c / row), row) + noise)));
    }
  }
}
