import type { Given } from '../generator/feeds';

/** What a model is, as far as an element wants to know. */
export interface Loaded {
  /** Whether there is a latent to morph through. */
  readonly morphs: boolean;
}

/** One image to draw. */
export interface DrawRequest {
  readonly seed: number;
  readonly given?: Readonly<Record<string, Given>>;
  /** The latent where a morph began; without it the seed's own image. */
  readonly from?: Float32Array;
  /** How far from there to the seed's latent, in [0, 1]. */
  readonly t: number;
}

export interface Drawn {
  /** RGBA, row by row. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** Where the next morph can begin. */
  readonly latent?: Float32Array;
}

/** Draws the images of one model: in a worker, or where none can start, in the page. */
export interface Painter {
  readonly inWorker: boolean;
  load(src: string): Promise<Loaded>;
  draw(request: DrawRequest): Promise<Drawn>;
  close(): void;
}

export type Request =
  | { readonly id: number; readonly load: string }
  | { readonly id: number; readonly draw: DrawRequest };

export type Reply =
  | { readonly id: number; readonly result: Loaded | Drawn }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** The worker's first message. */
export const READY = 'ready';
