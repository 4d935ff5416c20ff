/** An image in memory: row by row, channels last, one byte a channel. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1: grey. 3: red, green, blue (sRGB). */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** What shows through where an image is transparent, unless a caller says otherwise. */
export const DEFAULT_BACKGROUND: Rgb = [255, 255, 255];

/** More pixels than this in one image is refused: nothing here trains on such images. */
export const MAX_PIXELS = 2 ** 26;
