/** No side of an image that principal components are taken of is longer: what is finer is not what directions show. */
const MOST_PIXELS = 64;

/**
 * Images whose sides are too long, by the means of square blocks; all else as it is.
 *
 * @param data `[n, height, width, channels]`, row by row.
 */
export function shrunk(data: Float32Array, shape: readonly number[]): Float32Array {
  const [height = 1, width = 1, channels = 1] = shape.slice(-3);
  const block = Math.ceil(Math.max(height, width) / MOST_PIXELS);
  if (shape.length !== 4 || block === 1) return data;
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const count = data.length / (height * width * channels);
  const sums = new Float32Array(count * rows * columns * channels);
  for (let line = 0; line < count * height; line++) {
    const image = Math.floor(line / height);
    const y = line % height;
    // Blocks at the far sides have fewer pixels.
    const tall = Math.min(block, height - block * Math.floor(y / block));
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / block);
      const pixels = tall * Math.min(block, width - block * column);
      const to = ((image * rows + Math.floor(y / block)) * columns + column) * channels;
      const from = (line * width + x) * channels;
      for (let i = 0; i < channels; i++) sums[to + i]! += data[from + i]! / pixels;
    }
  }
  return sums;
}

/** Lists one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
