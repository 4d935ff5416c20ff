import { convertIndexedToRgb, type DecodedPng, decode, encode } from 'fast-png';
import { FormatError } from '../errors';
import { DEFAULT_BACKGROUND, type Image, MAX_PIXELS, type Rgb } from './image';
import { inflate, MAX_DEFLATE_RATIO } from './inflate';
import { joinChunks, type PngChunk, pictureChunks } from './png-chunks';

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Bit depths that go with a colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const PALETTE = 3;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Checks what the header claims against what is there, before anything of that size is made. */
function checkClaims(chunks: readonly PngChunk[], name: string): void {
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13) {
    throw new FormatError(
      `readPng: '${name}' must start with an IHDR chunk of 13 bytes, got ${header?.type} of ${header?.data.length}`,
    );
  }
  const view = new DataView(header.data.buffer, header.data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const depth = view.getUint8(8);
  const color = view.getUint8(9);
  const interlace = view.getUint8(12);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw new FormatError(`readPng: '${name}' must have 1 to ${MAX_PIXELS} pixels, got ${width}×${height}`);
  }
  if (!DEPTHS[color]?.includes(depth)) {
    throw new FormatError(
      `readPng: '${name}' must have a colour type and bit depth of PNG, got ${color} and ${depth}`,
    );
  }
  if (interlace > 1 || (interlace === 1 && depth < 8)) {
    throw new FormatError(
      `readPng: '${name}' must not be interlaced with less than 8 bits, got ${depth} bits; save it again without interlacing`,
    );
  }
  if (color === PALETTE && !chunks.some(({ type, data }) => type === 'PLTE' && data.length > 0)) {
    throw new FormatError(`readPng: '${name}' must have a palette for its colour type ${color}, got none`);
  }
  const bits = depth * CHANNELS[color]!;
  const passes = interlace === 1 ? ADAM7 : ([[0, 0, 1, 1]] as const);
  let expected = 0;
  for (const [x, y, stepX, stepY] of passes) {
    const columns = Math.ceil((width - x) / stepX);
    const rows = Math.ceil((height - y) / stepY);
    if (columns > 0 && rows > 0) expected += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  const got = packed.length * MAX_DEFLATE_RATIO < expected ? packed : inflate('zlib', packed, expected, name);
  if (got === packed || got.length !== expected) {
    throw new FormatError(
      `readPng: '${name}' must hold ${expected} bytes of pixels for ${width}×${height}, got ${got === packed ? 'fewer' : got.length}; the file is cut short or lies about its size`,
    );
  }
}

/**
 * Reads a PNG of any colour type and depth as 8 bits a channel: grey as one channel, colour as three.
 * Transparency is laid over `background`; 16 bits are rounded to 8.
 *
 * @param name for messages.
 * @throws {FormatError} if it is not a PNG, damaged, cut short, or not as large as its header has it; and
 *   for interlaced images of less than 8 bits.
 * @see https://www.w3.org/TR/png-3/
 */
export function readPng(bytes: Uint8Array, name = 'png data', background: Rgb = DEFAULT_BACKGROUND): Image {
  const chunks = pictureChunks('readPng', bytes, name);
  checkClaims(chunks, name);
  const clean = joinChunks(chunks.map(({ whole }) => whole));
  try {
    return toImage(decode(clean), background);
  } catch (error) {
    throw new FormatError(
      `readPng: '${name}' must be a valid PNG, got: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Samples of one byte each, in as many channels as the decoder says. */
function toBytes(png: DecodedPng): Uint8Array {
  const { data, depth, width, height } = png;
  if (depth === 16) return Uint8Array.from(data, (value) => Math.round(value / 257));
  if (depth === 8) return Uint8Array.from(data);
  const rowBytes = Math.ceil((width * depth) / 8);
  const maximum = 2 ** depth - 1;
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const value = (data[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & maximum;
      out[y * width + x] = Math.round((value * 255) / maximum);
    }
  }
  return out;
}

function toImage(png: DecodedPng, background: Rgb): Image {
  const { width, height } = png;
  const pixels = width * height;
  if (png.palette) {
    const samples = convertIndexedToRgb(png);
    return compose(samples, samples.length / pixels, width, height, background);
  }
  const samples = toBytes(png);
  const key = png.transparency;
  if (!key || key.length !== png.channels) return compose(samples, png.channels, width, height, background);
  // One colour, compared at full depth, stands for "nothing here".
  const channels = png.channels;
  const scale = png.depth < 8 ? 255 / (2 ** png.depth - 1) : 1;
  const source = png.depth < 8 ? samples : png.data;
  const withAlpha = new Uint8Array(pixels * (channels + 1));
  for (let i = 0; i < pixels; i++) {
    let same = true;
    for (let c = 0; c < channels; c++) {
      withAlpha[i * (channels + 1) + c] = samples[i * channels + c]!;
      same &&= source[i * channels + c] === Math.round(key[c]! * scale);
    }
    withAlpha[i * (channels + 1) + channels] = same ? 0 : 255;
  }
  return compose(withAlpha, channels + 1, width, height, background);
}

/** Lays 1 (grey), 2 (grey, alpha), 3 or 4 (colour, alpha) channels over the background. */
function compose(
  samples: Uint8Array,
  channels: number,
  width: number,
  height: number,
  background: Rgb,
): Image {
  if (channels === 1 || channels === 3) return { width, height, channels, data: samples };
  const [red, green, blue] = background;
  const neutral = red === green && green === blue;
  const outChannels = channels === 2 && neutral ? 1 : 3;
  const data = new Uint8Array(width * height * outChannels);
  for (let i = 0; i < width * height; i++) {
    const alpha = samples[(i + 1) * channels - 1]! / 255;
    for (let c = 0; c < outChannels; c++) {
      const value = samples[i * channels + (channels === 2 ? 0 : c)]!;
      data[i * outChannels + c] = Math.round(value * alpha + background[c]! * (1 - alpha));
    }
  }
  return { width, height, channels: outChannels, data };
}

/** Writes an image as PNG, 8 bits a channel. */
export function writePng({ width, height, channels, data }: Image): Uint8Array {
  return encode({ width, height, channels, depth: 8, data });
}
