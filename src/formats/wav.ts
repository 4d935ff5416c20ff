import { ArgumentError, FormatError } from '../errors';
import { printable } from '../util/text';

/** A sound of one channel. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** In [−1, 1]; a file of floats may go beyond. */
  readonly samples: Float32Array;
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** Below this nothing is heard, and a resampled sound would outgrow its file. */
const MIN_RATE = 1000;
const MAX_RATE = 1_000_000;
const MAX_CHANNELS = 64;

const id = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at, Math.min(at + 4, bytes.length)));

export function isWav(head: Uint8Array): boolean {
  return id(head, 0) === 'RIFF' && id(head, 8) === 'WAVE';
}

/** How one sample is read: as a number of which `scale` is full scale. */
interface Coding {
  readonly get: (view: DataView, at: number) => number;
  readonly scale: number;
}

const CODINGS: Readonly<Record<string, Coding>> = {
  '1/8': { get: (v, at) => v.getUint8(at) - 128, scale: 2 ** 7 },
  '1/16': { get: (v, at) => v.getInt16(at, true), scale: 2 ** 15 },
  '1/24': { get: (v, at) => v.getUint8(at) + v.getInt16(at + 1, true) * 256, scale: 2 ** 23 },
  '1/32': { get: (v, at) => v.getInt32(at, true), scale: 2 ** 31 },
  '3/32': { get: (v, at) => v.getFloat32(at, true), scale: 1 },
};

interface Format {
  readonly rate: number;
  readonly channels: number;
  readonly bytes: number;
  readonly coding: Coding;
}

/**
 * Reads a RIFF/WAVE file: integers of 8 (unsigned), 16, 24 and 32 bits and 32-bit floats, also where the format is
 * WAVE_FORMAT_EXTENSIBLE. Several channels become one, their mean. Chunks other than `fmt ` and `data` are passed
 * over.
 *
 * @param name for messages.
 * @throws {FormatError} if it is no WAV, of another coding (compressed, 64-bit), cut short, damaged, without samples,
 *   or holds NaN or infinity.
 * @see IBM and Microsoft 1991, Multimedia Programming Interface and Data Specifications 1.0, chapter 3
 */
export function readWav(bytes: Uint8Array, name = 'wav data'): Sound {
  const fail = (requirement: string): never => {
    throw new FormatError(`readWav: '${name}' ${requirement}`);
  };
  if (!isWav(bytes)) fail('must start with RIFF and WAVE, got other bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const chunk = id(bytes, at);
    const size = view.getUint32(at + 4, true);
    const from = at + 8;
    if (size > bytes.length - from) {
      fail(
        `must hold ${size} bytes in its chunk '${printable(chunk)}', got ${bytes.length - from}; the file is cut short`,
      );
    }
    if (chunk === 'fmt ') format = readFormat(view, from, size, fail);
    if (chunk === 'data') {
      if (!format) return fail("must have its chunk 'fmt ' before its samples, got none; it is damaged");
      return { rate: format.rate, samples: readSamples(view, from, size, format, fail) };
    }
    // A chunk of odd length is followed by a byte of padding.
    at = from + size + (size & 1);
  }
  return fail("must have a chunk 'data', got none; the file is cut short");
}

function readFormat(view: DataView, at: number, size: number, fail: (requirement: string) => never): Format {
  if (size < 16) fail(`must have a format of at least 16 bytes, got ${size}`);
  let tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const frame = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  // The first two bytes of the sub-format are the tag that would stand in a plain file.
  if (tag === EXTENSIBLE && size >= 40) tag = view.getUint16(at + 24, true);
  const coding = CODINGS[`${tag}/${bits}`];
  if (!coding) {
    return fail(
      `must be PCM (format 1) of 8, 16, 24 or 32 bits or float (format 3) of 32, got format ${tag} of ${bits} bits; convert it`,
    );
  }
  if (channels < 1 || channels > MAX_CHANNELS) {
    fail(`must have 1 to ${MAX_CHANNELS} channels, got ${channels}`);
  }
  if (rate < MIN_RATE || rate > MAX_RATE) {
    fail(`must have ${MIN_RATE} to ${MAX_RATE} samples a second, got ${rate}`);
  }
  if (frame !== (channels * bits) / 8) {
    fail(`must take ${(channels * bits) / 8} bytes for ${channels} × ${bits} bits, got ${frame}`);
  }
  return { rate, channels, bytes: bits / 8, coding };
}

function readSamples(
  view: DataView,
  from: number,
  size: number,
  { channels, bytes, coding }: Format,
  fail: (requirement: string) => never,
): Float32Array {
  const frame = channels * bytes;
  if (size === 0 || size % frame !== 0) {
    fail(`must hold whole frames of ${frame} bytes and at least one, got ${size} bytes of samples`);
  }
  const samples = new Float32Array(size / frame);
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += coding.get(view, from + i * frame + c * bytes);
    const value = sum / (channels * coding.scale);
    if (!Number.isFinite(value)) fail(`must hold finite samples, got ${value} in frame ${i}`);
    samples[i] = value;
  }
  return samples;
}

/**
 * Writes a WAV file of 16-bit PCM, one channel; what lies outside [−1, 1) is clipped.
 *
 * @throws {ArgumentError} if the rate is out of range, if there is no sample, or if one is not finite.
 */
export function writeWav({ rate, samples }: Sound): Uint8Array {
  if (!Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE) {
    throw new ArgumentError(`writeWav: rate must be an integer from ${MIN_RATE} to ${MAX_RATE}, got ${rate}`);
  }
  const bad = samples.findIndex((value) => !Number.isFinite(value));
  if (samples.length === 0 || bad >= 0) {
    throw new ArgumentError(
      `writeWav: samples must be finite numbers and at least one, got ${bad < 0 ? 'none' : samples[bad]}`,
    );
  }
  const size = 2 * samples.length;
  const bytes = new Uint8Array(44 + size);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, size, true);
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(samples[i]! * 2 ** 15);
    view.setInt16(44 + 2 * i, Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, value)), true);
  }
  return bytes;
}
