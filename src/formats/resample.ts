import type { Image } from './image';

/** For one axis: which source samples make each target sample, and how much of each. */
interface Taps {
  readonly first: Int32Array;
  /** `count` weights for each target sample. */
  readonly weights: Float32Array;
  readonly count: number;
}

/** Shrinking averages the area a target pixel covers; enlarging is bilinear between pixel centres. */
function tapsFor(source: number, target: number): Taps {
  const ratio = source / target;
  const count = ratio > 1 ? Math.ceil(ratio) + 1 : 2;
  const first = new Int32Array(target);
  const weights = new Float32Array(target * count);
  for (let i = 0; i < target; i++) {
    if (ratio > 1) {
      const from = i * ratio;
      const to = from + ratio;
      first[i] = Math.floor(from);
      for (let k = 0; k < count; k++) {
        const left = Math.max(from, first[i]! + k);
        const right = Math.min(to, first[i]! + k + 1);
        weights[i * count + k] = Math.max(0, right - left) / ratio;
      }
    } else {
      const at = Math.min(source - 1, Math.max(0, (i + 0.5) * ratio - 0.5));
      first[i] = Math.floor(at);
      weights[i * count + 1] = at - first[i]!;
      weights[i * count] = 1 - weights[i * count + 1]!;
    }
  }
  return { first, weights, count };
}

/**
 * Crops an image about its middle to the target's proportions, then resamples it: area average where it
 * shrinks, bilinear where it grows.
 *
 * @returns the same image where it has that size already.
 */
export function resizeImage(image: Image, height: number, width: number): Image {
  const { channels } = image;
  if (image.width === width && image.height === height) return image;
  const scale = Math.min(image.width / width, image.height / height);
  const cropWidth = Math.max(1, Math.round(width * scale));
  const cropHeight = Math.max(1, Math.round(height * scale));
  const left = (image.width - cropWidth) >> 1;
  const top = (image.height - cropHeight) >> 1;
  const across = tapsFor(cropWidth, width);
  const down = tapsFor(cropHeight, height);
  const rows = new Float32Array(cropHeight * width * channels);
  for (let y = 0; y < cropHeight; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < across.count; k++) {
        const weight = across.weights[x * across.count + k]!;
        const column = Math.min(cropWidth - 1, across.first[x]! + k);
        const from = ((top + y) * image.width + left + column) * channels;
        for (let c = 0; c < channels; c++)
          rows[(y * width + x) * channels + c]! += weight * image.data[from + c]!;
      }
    }
  }
  const data = new Uint8Array(height * width * channels);
  const line = new Float32Array(width * channels);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let k = 0; k < down.count; k++) {
      const weight = down.weights[y * down.count + k]!;
      const from = Math.min(cropHeight - 1, down.first[y]! + k) * width * channels;
      for (let i = 0; i < line.length; i++) line[i]! += weight * rows[from + i]!;
    }
    for (let i = 0; i < line.length; i++) data[y * line.length + i] = Math.round(line[i]!);
  }
  return { width, height, channels, data };
}

/** Colour to grey by Rec. 601 luma; grey to colour by repeating it. */
export function convertChannels(image: Image, channels: 1 | 3): Image {
  if (image.channels === channels) return image;
  const pixels = image.width * image.height;
  const data = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    if (channels === 3) data.fill(image.data[i]!, 3 * i, 3 * i + 3);
    else {
      const [red, green, blue] = [image.data[3 * i]!, image.data[3 * i + 1]!, image.data[3 * i + 2]!];
      data[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    }
  }
  return { width: image.width, height: image.height, channels, data };
}
