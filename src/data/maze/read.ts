import { ShapeError } from '../../errors';
import { cornerOf, FIGURE, FIGURE_COLOR, FLOOR, MAZE_SIDE, WALL } from './draw';
import { ROOM_COUNT } from './layout';

const PIXELS = MAZE_SIDE * MAZE_SIDE;
/** Below this share of the figure's colour a pixel belongs to no figure: noise. */
const FAINT = 0.18;
/** Spots of less than this share of a figure, over all their pixels, are specks. */
const SPECK = 0.15;

/** A spot of the figure's colour. */
export interface FigureSeen {
  /** Room where it is strongest, row by row. */
  readonly room: number;
  /** How much of a figure it is: 1 whole, ½ each of two ghosts; the sum over its pixels against a drawn one's. */
  readonly strength: number;
}

/**
 * Share of the figure's colour in a pixel: the only such number that is 0 for every mixture of wall and floor, and
 * 1 for the figure. Its direction is what is left of figure − floor across the line from floor to wall.
 */
const direction = ((): readonly [number, number, number] => {
  const toWall = WALL.map((value, c) => value - FLOOR[c]!);
  const toFigure = FIGURE_COLOR.map((value, c) => value - FLOOR[c]!);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const along = dot(toFigure, toWall) / dot(toWall, toWall);
  const across = toFigure.map((value, c) => value - along * toWall[c]!);
  const scale = 1 / dot(across, toFigure);
  return [across[0]! * scale, across[1]! * scale, across[2]! * scale];
})();

function shares(pixels: Uint8Array | Float32Array): Float32Array {
  const bytes = pixels instanceof Uint8Array;
  return Float32Array.from({ length: PIXELS }, (_, i) =>
    direction.reduce((sum, weight, c) => {
      const value = pixels[3 * i + c]!;
      return sum + weight * ((bytes ? value : (value + 1) * 127.5) - FLOOR[c]!);
    }, 0),
  );
}

/** The pixels of one spot, taken out of `share` as they are found. */
function takeSpot(share: Float32Array, start: number): number[] {
  const spot = [start];
  const taken = new Set(spot);
  for (const at of spot) {
    const [x, y] = [at % MAZE_SIDE, Math.floor(at / MAZE_SIDE)];
    for (const [nextX, nextY] of [
      [x + 1, y],
      [x - 1, y],
      [x, y + 1],
      [x, y - 1],
    ] as const) {
      if (nextX < 0 || nextY < 0 || nextX >= MAZE_SIDE || nextY >= MAZE_SIDE) continue;
      const next = nextY * MAZE_SIDE + nextX;
      if (share[next]! < FAINT || taken.has(next)) continue;
      taken.add(next);
      spot.push(next);
    }
  }
  return spot;
}

const roomSums = (share: Float32Array, within: ReadonlySet<number>): number[] =>
  Array.from({ length: ROOM_COUNT }, (_, room) => {
    const { x, y } = cornerOf(room);
    let sum = 0;
    for (let i = 0; i < FIGURE * FIGURE; i++) {
      const at = (y + Math.floor(i / FIGURE)) * MAZE_SIDE + x + (i % FIGURE);
      if (within.has(at)) sum += share[at]!;
    }
    return sum;
  });

/**
 * The figures in a frame of {@link maze}, from its pixels alone: every connected spot of the figure's colour,
 * however faint, with its strength; specks of noise are left out. So a blurred prediction shows as several figures
 * of less than whole strength.
 *
 * @param pixels `[16, 16, 3]`: bytes, or floats in [−1, 1].
 * @throws {ShapeError} if it is not 16 × 16 × 3 values.
 */
export function figuresIn(pixels: Uint8Array | Float32Array): FigureSeen[] {
  if (pixels.length !== 3 * PIXELS) {
    throw new ShapeError(
      `figuresIn: pixels must be [${MAZE_SIDE},${MAZE_SIDE},3], ${3 * PIXELS} values, got ${pixels.length}`,
    );
  }
  const share = shares(pixels);
  const seen: FigureSeen[] = [];
  const done = new Set<number>();
  for (let start = 0; start < PIXELS; start++) {
    if (share[start]! < FAINT || done.has(start)) continue;
    const spot = takeSpot(share, start);
    for (const at of spot) done.add(at);
    const strength = spot.reduce((sum, at) => sum + share[at]!, 0) / (FIGURE * FIGURE);
    if (strength < SPECK) continue;
    const sums = roomSums(share, new Set(spot));
    seen.push({ room: sums.indexOf(Math.max(...sums)), strength });
  }
  return seen;
}

/**
 * How many figures a frame of {@link maze} shows, ghosts included: the mean of two futures shows two.
 *
 * @param pixels `[16, 16, 3]`: bytes, or floats in [−1, 1].
 * @throws {ShapeError} if it is not 16 × 16 × 3 values.
 */
export function countFigures(pixels: Uint8Array | Float32Array): number {
  return figuresIn(pixels).length;
}

/** A figure is whole between these strengths. */
const WHOLE = [0.7, 1.4] as const;

/** The room of the one whole figure that a frame shows; undefined where there are none, several, or a ghost. */
export function figureRoom(pixels: Uint8Array | Float32Array): number | undefined {
  const seen = figuresIn(pixels);
  const [only] = seen;
  if (seen.length !== 1 || only!.strength < WHOLE[0] || only!.strength > WHOLE[1]) return undefined;
  return only!.room;
}
