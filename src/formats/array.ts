import type { Shape } from '../util/shape';

/** An array as a file holds it, in C order; number types narrower or wider than these three are converted. */
export interface ArrayFile {
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array | Float32Array;
}
