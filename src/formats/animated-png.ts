import { FormatError } from '../errors';
import { requireInteger, requireNumber } from '../util/require';
import { crc32 } from './crc32';
import { joinChunks, pictureChunks } from './png-chunks';

export interface AnimatedPngOptions {
  /** Milliseconds that a frame is shown; default 40. */
  readonly delay?: number;
  /** How often it plays; default 0: for ever. */
  readonly plays?: number;
}

/** Delays are 16 bits of milliseconds. */
const LONGEST_DELAY = 65_535;

/**
 * An animated PNG of still ones, whose pixels go into it as they are compressed. Viewers that know no animation show
 * the first frame.
 *
 * @param frames files of one size, colour type and palette, e.g. from `writePng` or a canvas's `toBlob`.
 * @throws {ArgumentError} if there is no frame, or a number is out of range.
 * @throws {FormatError} if a frame is no whole PNG, or not like the first one.
 * @see https://www.w3.org/TR/png-3/#apng-frame-based-animation
 */
export function animatedPng(
  frames: readonly Uint8Array[],
  { delay = 40, plays = 0 }: AnimatedPngOptions = {},
): Uint8Array<ArrayBuffer> {
  requireNumber('animatedPng', 'delay', delay, 1, LONGEST_DELAY);
  requireInteger('animatedPng', 'plays', plays, 0);
  requireInteger('animatedPng', 'number of frames', frames.length);
  let sequence = 0;
  let header: Uint8Array | undefined;
  const chunks = frames.flatMap((bytes, index) => {
    const found = pictureChunks('animatedPng', bytes, `frame ${index}`);
    const pixels = found.filter(({ type }) => type === 'IDAT');
    const before = found.filter(({ type }) => type !== 'IDAT' && type !== 'IEND').map(({ whole }) => whole);
    const like = joinChunks(before);
    if (found[0]?.type !== 'IHDR' || found[0].data.length !== 13 || pixels.length === 0) {
      throw new FormatError(`animatedPng: 'frame ${index}' must have a header and pixels, got none`);
    }
    const first = header === undefined;
    header ??= like;
    if (like.length !== header.length || like.some((byte, i) => byte !== header![i])) {
      throw new FormatError(
        `animatedPng: frames must have one size, colour type and palette, got frame ${index} unlike the first`,
      );
    }
    const control = new DataView(new ArrayBuffer(26));
    control.setUint32(0, sequence++);
    for (const at of [0, 4]) control.setUint32(4 + at, view(found[0].data).getUint32(at));
    control.setUint16(20, Math.round(delay));
    control.setUint16(22, 1000);
    const start = first ? [...before, chunk('acTL', numbers(frames.length, plays))] : [];
    const parts = pixels.map(({ whole, data }) => (first ? whole : chunk('fdAT', numbers(sequence++), data)));
    return [...start, chunk('fcTL', new Uint8Array(control.buffer)), ...parts];
  });
  return joinChunks([...chunks, chunk('IEND')]);
}

const view = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

/** Two numbers or one, 32 bits each. */
function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  for (const [i, value] of values.entries()) view(bytes).setUint32(4 * i, value);
  return bytes;
}

/** With its length, type and checksum. */
function chunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(12 + length);
  view(whole).setUint32(0, length);
  for (let i = 0; i < 4; i++) whole[4 + i] = type.charCodeAt(i);
  let at = 8;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  view(whole).setUint32(at, crc32(whole.subarray(4, at)));
  return whole;
}
