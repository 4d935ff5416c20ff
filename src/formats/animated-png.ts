import { FormatError } from '../errors';
import { requireInteger, requireNumber } from '../util/require';
import { joinChunks, numbers, pictureChunks, pngChunk, viewOf } from './png-chunks';

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
    for (const at of [0, 4]) control.setUint32(4 + at, viewOf(found[0].data).getUint32(at));
    control.setUint16(20, Math.round(delay));
    control.setUint16(22, 1000);
    const start = first ? [...before, pngChunk('acTL', numbers(frames.length, plays))] : [];
    const parts = pixels.map(({ whole, data }) =>
      first ? whole : pngChunk('fdAT', numbers(sequence++), data),
    );
    return [...start, pngChunk('fcTL', new Uint8Array(control.buffer)), ...parts];
  });
  return joinChunks([...chunks, pngChunk('IEND')]);
}
