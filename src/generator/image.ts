import { ArgumentError, ShapeError } from '../errors';
import { formatShape } from '../util/shape';

/** What a generator made. */
export interface GeneratedImage {
  /** Row-major; `[N, H, W, C]` for images. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
  /** The values that are black and white. */
  readonly range: readonly [number, number];
}

/** Pixels to start from: floats in the range of the model's input, bytes, or what a page can draw. */
export type ImageSource =
  | { readonly data: Float32Array | Uint8Array | Uint8ClampedArray; readonly shape: readonly number[] }
  | ImageData
  | CanvasImageSource;

/**
 * One image of a batch as RGBA bytes, as canvases and PNG files want them: grey ones are repeated, those without
 * transparency are opaque, what is out of range is cut off.
 *
 * @throws {ShapeError} if these are not images of 1 to 4 channels.
 * @throws {ArgumentError} if the batch has no such image.
 */
export function toRgba({ data, shape, range }: GeneratedImage, index = 0): Uint8ClampedArray<ArrayBuffer> {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || channels < 1 || channels > 4) {
    throw new ShapeError(`toRgba: images must be [N,H,W,C] with 1 to 4 channels, got ${formatShape(shape)}`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new ArgumentError(`toRgba: index must be below ${count}, got ${index}`);
  }
  const pixels = height * width;
  const rgba = new Uint8ClampedArray(pixels * 4);
  const scale = 255 / (range[1] - range[0]);
  const colours = channels < 3 ? 1 : 3;
  const alpha = channels - colours;
  let at = index * pixels * channels;
  for (let pixel = 0; pixel < rgba.length; pixel += 4, at += channels) {
    for (let i = 0; i < 3; i++) rgba[pixel + i] = (data[at + (colours === 1 ? 0 : i)]! - range[0]) * scale;
    rgba[pixel + 3] = alpha ? (data[at + colours]! - range[0]) * scale : 255;
  }
  return rgba;
}
