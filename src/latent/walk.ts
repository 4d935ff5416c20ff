import { ArgumentError } from '../errors';
import { requireInteger } from '../util/require';
import type { Interpolation, Latent } from './latent';

export interface WalkOptions {
  /** Goes on from the last latent to the first, where the last frame ends; default true, for a loop. */
  readonly closed?: boolean;
  /** Default: along the arc for normal latents, straight for uniform ones. */
  readonly interpolation?: Interpolation;
}

/**
 * Latents from one to the next and on, at even steps: one a frame. The first frame is the first latent; where the
 * walk is open, the last frame is the last latent.
 *
 * @param frames in the whole walk.
 * @throws {ArgumentError} if there are fewer than two latents, or fewer frames than steps.
 * @throws {ShapeError} if latents differ in length.
 */
export function walk(latents: readonly Latent[], frames: number, options: WalkOptions = {}): Latent[] {
  const { closed = true, interpolation } = options;
  const last = latents.length - 1;
  if (last < 1) throw new ArgumentError(`walk: at least two latents are needed, got ${latents.length}`);
  requireInteger('walk', 'frames', frames, latents.length);
  const step = closed ? latents.length / frames : last / (frames - 1);
  return Array.from({ length: frames }, (_, frame) => {
    const at = Math.min(frame * step, closed ? latents.length : last);
    const from = Math.min(Math.floor(at), closed ? last : last - 1);
    return latents[from]!.towards(latents[(from + 1) % latents.length]!, at - from, interpolation);
  });
}

/**
 * Latents between four corners, row by row.
 *
 * @param corners top left, top right, bottom left, bottom right.
 * @param rows at least 2.
 * @param columns at least 2.
 * @throws {ArgumentError} if there are not four corners, or too few rows or columns.
 */
export function grid(
  corners: readonly Latent[],
  rows: number,
  columns: number,
  interpolation?: Interpolation,
): Latent[] {
  const [topLeft, topRight, bottomLeft, bottomRight, ...more] = corners;
  if (!topLeft || !topRight || !bottomLeft || !bottomRight || more.length > 0) {
    throw new ArgumentError(`grid: four corners are needed, got ${corners.length}`);
  }
  requireInteger('grid', 'rows', rows, 2);
  requireInteger('grid', 'columns', columns, 2);
  return Array.from({ length: rows * columns }, (_, i) => {
    const down = Math.floor(i / columns) / (rows - 1);
    const across = (i % columns) / (columns - 1);
    const left = topLeft.towards(bottomLeft, down, interpolation);
    const right = topRight.towards(bottomRight, down, interpolation);
    return left.towards(right, across, interpolation);
  });
}
