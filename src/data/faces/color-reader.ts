import { ShapeError } from '../../errors';
import { rgbToOklab } from '../../util/oklab';
import { SIDE } from './canvas';
import type { HeadDrawing } from './heads';
import { FACE_ATTRIBUTES } from './traits';

export type HairColor = (typeof FACE_ATTRIBUTES.hair)[number];
export type EyeColor = (typeof FACE_ATTRIBUTES.eyes)[number];

/** What is seen in a face. */
export interface FaceReading {
  readonly hair: HairColor;
  readonly eyes: EyeColor;
  /** How much nearer the named colour is than the next: 0 (a toss-up) to 1 (exactly the mean of its kind). */
  readonly hairMargin: number;
  readonly eyesMargin: number;
}

/** Pixels from (left, top) to before (right, bottom). */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Where the colours of one domain are looked for. */
export interface ColorBoxes {
  readonly hair: readonly Box[];
  readonly eyes: readonly Box[];
}

/** Hue tells colours apart better than lightness, which shadows and highlights change. */
const LIGHTNESS_WEIGHT = 0.5;
const BYTES = SIDE * SIDE * 3;
const CALIBRATION_HEADS = 600;
/** A seed no one would choose: the reader is not fitted to the heads that it reads. */
const CALIBRATION_SEED = 2 ** 48 + 12345;
const COLORS = ['hair', 'eyes'] as const;

type Feature = [lightness: number, a: number, b: number];

/** The mean colour of the boxes. */
function meanColor(pixels: ArrayLike<number>, boxes: readonly Box[]): Feature {
  const mean: Feature = [0, 0, 0];
  let count = 0;
  for (const [left, top, right, bottom] of boxes) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = (y * SIDE + x) * 3;
        const [lightness, a, b] = rgbToOklab(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!);
        mean[0] += lightness * LIGHTNESS_WEIGHT;
        mean[1] += a;
        mean[2] += b;
        count++;
      }
    }
  }
  return [mean[0] / count, mean[1] / count, mean[2] / count];
}

/** The mean over drawn heads of each hair colour's and each eye colour's feature. */
type Calibration = Readonly<Record<'hair' | 'eyes', readonly Feature[]>>;

function calibrate({ draw, traits }: HeadDrawing, boxes: ColorBoxes): Calibration {
  const pixels = new Uint8Array(BYTES);
  const sums = {
    hair: FACE_ATTRIBUTES.hair.map((): Feature => [0, 0, 0]),
    eyes: FACE_ATTRIBUTES.eyes.map((): Feature => [0, 0, 0]),
  };
  const counts = { hair: FACE_ATTRIBUTES.hair.map(() => 0), eyes: FACE_ATTRIBUTES.eyes.map(() => 0) };
  for (let index = 0; index < CALIBRATION_HEADS; index++) {
    draw(CALIBRATION_SEED, index, pixels, 0);
    const made = traits(CALIBRATION_SEED, index);
    for (const key of COLORS) {
      const feature = meanColor(pixels, boxes[key]);
      counts[key][made[key]]!++;
      feature.forEach((value, i) => {
        sums[key][made[key]]![i]! += value;
      });
    }
  }
  const means = (key: 'hair' | 'eyes') =>
    sums[key].map((sum, kind) => sum.map((value) => value / counts[key][kind]!) as Feature);
  return { hair: means('hair'), eyes: means('eyes') };
}

function nearest(feature: Feature, means: readonly Feature[]): { kind: number; margin: number } {
  let kind = 0;
  let best = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  means.forEach((mean, i) => {
    const distance = Math.hypot(feature[0] - mean[0], feature[1] - mean[1], feature[2] - mean[2]);
    if (distance < best) {
      second = best;
      best = distance;
      kind = i;
    } else if (distance < second) second = distance;
  });
  return { kind, margin: second === 0 ? 0 : 1 - best / second };
}

/** A reader of one domain's heads; its first call draws a few hundred of them. */
export function colorReader(
  caller: string,
  domain: HeadDrawing,
  boxes: ColorBoxes,
): (pixels: Uint8Array | Float32Array) => FaceReading {
  let calibration: Calibration | undefined;
  return (pixels) => {
    if (pixels.length !== BYTES) {
      throw new ShapeError(
        `${caller}: pixels must be [${SIDE},${SIDE},3], ${BYTES} values, got ${pixels.length}`,
      );
    }
    calibration ??= calibrate(domain, boxes);
    const bytes =
      pixels instanceof Uint8Array
        ? pixels
        : pixels.map((value) => Math.min(255, Math.max(0, (value + 1) * 127.5)));
    const hair = nearest(meanColor(bytes, boxes.hair), calibration.hair);
    const eyes = nearest(meanColor(bytes, boxes.eyes), calibration.eyes);
    return {
      hair: FACE_ATTRIBUTES.hair[hair.kind]!,
      eyes: FACE_ATTRIBUTES.eyes[eyes.kind]!,
      hairMargin: hair.margin,
      eyesMargin: eyes.margin,
    };
  };
}
