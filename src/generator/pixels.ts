import { ArgumentError } from '../errors';
import type { ImageSource } from './image';

/** Pixels as numbers, `[N, H, W, C]`. */
export interface Pixels {
  readonly data: Float32Array | Uint8Array | Uint8ClampedArray;
  readonly shape: readonly number[];
}

/** The pixels of whatever a page can draw. */
export function readPixels(source: ImageSource): Pixels {
  if ('data' in source && 'shape' in source) {
    const { data, shape } = source;
    return { data, shape: shape.length === 3 ? [1, ...shape] : shape };
  }
  const { data, width, height } = 'data' in source ? source : drawn(source);
  return { data, shape: [1, height, width, 4] };
}

function drawn(source: CanvasImageSource): ImageData {
  const size = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const named = (...names: string[]) =>
    names.map((name) => size(Reflect.get(source, name))).find((n) => n > 0);
  const width = named('naturalWidth', 'videoWidth', 'displayWidth', 'width');
  const height = named('naturalHeight', 'videoHeight', 'displayHeight', 'height');
  if (!width || !height || typeof OffscreenCanvas !== 'function') {
    throw new ArgumentError(
      'apply: image must be { data, shape }, or what a page can draw, with a size; got something else; wait until it has loaded',
    );
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * Pixels with so many channels, as floats: bytes are mapped to `range`, colours become grey by Rec. 601, grey is
 * repeated, transparency is dropped or opaque.
 */
export function fitPixels(
  { data, shape }: Pixels,
  channels: number,
  range: readonly [number, number],
): Float32Array {
  const own = shape[3]!;
  const bytes = !(data instanceof Float32Array);
  const [low, high] = bytes ? range : [0, 1];
  const scale = bytes ? (high - low) / 255 : 1;
  const count = data.length / own;
  const out = new Float32Array(count * channels);
  const opaque = bytes ? high : range[1];
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * own;
    const value = (i: number) => data[at + i]! * scale + low;
    const grey = own < 3 ? value(0) : 0.299 * value(0) + 0.587 * value(1) + 0.114 * value(2);
    for (let i = 0; i < channels; i++) {
      const isAlpha = channels % 2 === 0 && i === channels - 1;
      const alpha = own % 2 === 0 ? value(own - 1) : opaque;
      out[pixel * channels + i] = isAlpha ? alpha : channels < 3 || own < 3 ? grey : value(i);
    }
  }
  return out;
}
