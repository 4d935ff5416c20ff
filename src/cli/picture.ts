import { ArgumentError, type Image, type Shape, writePng } from '../index';
import { formatShape } from '../util/shape';
import { scatter } from './scatter';

/** Pixels of a picture, about: small images are enlarged to it by whole numbers. */
const WANTED_SIDE = 640;
const GAP = 2;
const MAX_SIDE = 8192;

/** Whether samples of this shape can be looked at. */
export function canPicture(shape: Shape): boolean {
  return (shape.length === 3 && (shape[2] === 1 || shape[2] === 3)) || (shape.length === 1 && shape[0] === 2);
}

export interface PictureOptions {
  readonly columns?: number;
  readonly behind?: ArrayLike<number>;
}

/**
 * A PNG of samples: images in a grid, enlarged; points of the plane as dots.
 *
 * @param values `[count, …shape]`; pixels in [−1, 1].
 * @param options `columns`: images in a row, unless given about as many as rows; `behind`: points of the data,
 *   drawn pale under the samples.
 * @throws {ArgumentError} if the shape cannot be drawn, or the grid would be larger than 8192 pixels.
 */
export function drawPicture(
  values: ArrayLike<number>,
  count: number,
  shape: Shape,
  options: PictureOptions = {},
): Uint8Array {
  if (!canPicture(shape)) {
    throw new ArgumentError(
      `picture: samples must be images or points [2], got ${formatShape(shape)}; write them to .npy`,
    );
  }
  return writePng(
    shape.length === 3 ? drawGrid(values, count, shape, options.columns) : scatter(values, options.behind),
  );
}

/** Pixels of a frame of an animation, about. */
const WANTED_FRAME = 192;

/**
 * One image alone, enlarged by a whole number, as a PNG.
 *
 * @throws {ArgumentError} if it is no image.
 */
export function drawFrame(values: ArrayLike<number>, shape: Shape): Uint8Array {
  if (shape.length !== 3 || !canPicture(shape)) {
    throw new ArgumentError(`picture: frames must be images, got ${formatShape(shape)}; write them to .npy`);
  }
  return writePng(drawGrid(values, 1, shape, 1, WANTED_FRAME, 0));
}

/** A value in [−1, 1] as a byte. */
export function toByte(value: number): number {
  return Math.round(Math.min(1, Math.max(-1, value)) * 127.5 + 127.5);
}

function drawGrid(
  values: ArrayLike<number>,
  count: number,
  shape: Shape,
  columns = Math.ceil(Math.sqrt(count)),
  side = WANTED_SIDE,
  gap = GAP,
): Image {
  const [height, width, channels] = shape as [number, number, 1 | 3];
  const rows = Math.ceil(count / columns);
  const scale = Math.max(1, Math.round(side / (columns * Math.max(width, height))));
  const outWidth = columns * (width * scale + gap) + gap;
  const outHeight = rows * (height * scale + gap) + gap;
  if (Math.max(outWidth, outHeight) > MAX_SIDE) {
    throw new ArgumentError(
      `picture: a grid must be at most ${MAX_SIDE} pixels wide, got ${count} images of ${width}×${height}; draw fewer, or write them to .npy`,
    );
  }
  const data = new Uint8Array(outWidth * outHeight * channels).fill(255);
  for (let i = 0; i < count; i++) {
    const left = gap + (i % columns) * (width * scale + gap);
    const top = gap + Math.floor(i / columns) * (height * scale + gap);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = ((i * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * outWidth + left + x) * channels;
        for (let c = 0; c < channels; c++) {
          data[to + c] = toByte(values[from + c]!);
        }
      }
    }
  }
  return { width: outWidth, height: outHeight, channels, data };
}
