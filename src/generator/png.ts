import { type AnimatedPngOptions, animatedPng } from '../formats/animated-png';
import { joinChunks, numbers, pngChunk } from '../formats/png-chunks';
import { type GeneratedImage, toRgba } from './image';

/** Colour types of PNG, by channels: grey, grey and alpha, colour, colour and alpha. */
const COLOUR_TYPES = [0, 4, 2, 6];
/** Each byte less the one a pixel to the left: smooth pictures become small numbers. */
const FILTER_SUB = 1;

/**
 * One image of a batch as a PNG file: in a page, a worker or Node.
 *
 * @throws {ShapeError} if these are not images of 1 to 4 channels.
 * @throws {ArgumentError} if the batch has no such image.
 */
export async function toPng(image: GeneratedImage, index = 0): Promise<Uint8Array<ArrayBuffer>> {
  const rgba = toRgba(image, index);
  const [, height, width, channels] = image.shape as [number, number, number, number];
  const row = width * channels;
  const lines = new Uint8Array(height * (row + 1));
  // Where a channel of the file is among red, green, blue and alpha.
  const from = channels === 2 ? [0, 3] : [0, 1, 2, 3];
  const at = (y: number, x: number, channel: number) =>
    x < 0 ? 0 : rgba[4 * (y * width + x) + from[channel]!]!;
  for (let y = 0; y < height; y++) {
    const line = y * (row + 1);
    lines[line] = FILTER_SUB;
    for (let i = 0; i < row; i++) {
      const x = Math.floor(i / channels);
      lines[line + 1 + i] = at(y, x, i % channels) - at(y, x - 1, i % channels);
    }
  }
  const deflated = new Blob([lines]).stream().pipeThrough(new CompressionStream('deflate'));
  const pixels = new Uint8Array(await new Response(deflated).arrayBuffer());
  const form = Uint8Array.of(8, COLOUR_TYPES[channels - 1]!, 0, 0, 0);
  return joinChunks([
    pngChunk('IHDR', numbers(width, height), form),
    pngChunk('IDAT', pixels),
    pngChunk('IEND'),
  ]);
}

/**
 * All images of a batch, one after the other, as an animated PNG file, e.g. of
 * `g.sample({ latent: walk(latents, 60) })`.
 *
 * @throws {ShapeError} if these are not images of 1 to 4 channels.
 * @throws {ArgumentError} if the delay or the number of plays is out of range.
 */
export async function toAnimatedPng(
  images: GeneratedImage,
  options: AnimatedPngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const frames = Array.from({ length: images.shape[0] ?? 0 }, (_, index) => toPng(images, index));
  return animatedPng(await Promise.all(frames), options);
}
