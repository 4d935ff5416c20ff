import { checkIndex } from '../array';
import { Draws } from '../draws';
import type { DataSource } from '../source';
import { checkGenerated, type GeneratedOptions } from '../toy';
import { drawMaze, MAZE_SIDE } from './draw';
import {
  drawnLayout,
  HEADINGS,
  type Heading,
  isOpen,
  type Layout,
  neighbour,
  ROOM_COUNT,
  waysOn,
} from './layout';

const DEFAULT_COUNT = 20_000;
const FRAME = MAZE_SIDE * MAZE_SIDE * 3;
const SHAPE = [MAZE_SIDE, MAZE_SIDE, 3] as const;
const PAST_SHAPE = [MAZE_SIDE, MAZE_SIDE, 6] as const;

/** One moment of a walk. */
interface Moment {
  readonly layout: Layout;
  /** The room before, and where it led. */
  readonly before: number;
  readonly room: number;
  readonly next: number;
  /** Rooms that the figure may step into. */
  readonly futures: readonly number[];
}

function momentOf(seed: number, index: number): Moment {
  const draws = new Draws(seed, index);
  const layout = drawnLayout(draws);
  const before = draws.below(ROOM_COUNT);
  const out = HEADINGS.filter((heading) => isOpen(layout, before, heading));
  const heading: Heading = out[draws.below(out.length)]!;
  const room = neighbour(before, heading)!;
  const futures = waysOn(layout, room, heading).map((way) => neighbour(room, way)!);
  return { layout, before, room, next: futures[draws.below(futures.length)]!, futures };
}

/** Moments of walks through mazes: what was seen, and what came next. */
export interface MazeData extends DataSource<'past' | 'x'> {
  /**
   * What may come after the past of example `index`, of which `x` is one: the rooms, row by row, that the figure
   * may step into. Two or three at a junction, one elsewhere.
   */
  futures(index: number): readonly number[];
  /** The frame of example `index` with the figure in a room, `[16, 16, 3]` bytes. */
  frame(index: number, room: number): Uint8Array;
}

/**
 * A small world to predict: a figure walks through a maze of 5 × 5 rooms, seen from above in 16 × 16 pixels. Each
 * step leads into the next room; at a junction it goes on straight, left or right, whichever is open, at random;
 * it turns back in dead ends only. Every example has a maze of its own, a pure function of (seed, index).
 *
 * `past` `[16, 16, 6]` holds the frame before the last and the last one, so that the direction can be seen; `x`
 * `[16, 16, 3]` is the next frame.
 *
 * @param options `count` is 20 000 unless given.
 * @throws {ArgumentError} if an option is out of range.
 */
export function maze(options: GeneratedOptions = {}): MazeData {
  const { seed, count } = checkGenerated('maze', options, DEFAULT_COUNT);
  const moment = (index: number): Moment => {
    checkIndex('maze', index, count);
    return momentOf(seed, index);
  };
  return {
    name: 'maze',
    size: count,
    shapes: { past: PAST_SHAPE, x: SHAPE },
    meanings: { past: { kind: 'image' } },
    futures: (index) => moment(index).futures,
    frame: (index, room) => drawMaze(moment(index).layout, room),
    read(indices) {
      const past = new Uint8Array(2 * FRAME * indices.length);
      const x = new Uint8Array(FRAME * indices.length);
      for (let i = 0; i < indices.length; i++) {
        const { layout, before, room, next } = moment(indices[i]!);
        const [first, last] = [drawMaze(layout, before), drawMaze(layout, room)];
        for (let pixel = 0; pixel < FRAME / 3; pixel++) {
          const at = i * 2 * FRAME + pixel * 6;
          past.set(first.subarray(pixel * 3, pixel * 3 + 3), at);
          past.set(last.subarray(pixel * 3, pixel * 3 + 3), at + 3);
        }
        x.set(drawMaze(layout, next), i * FRAME);
      }
      return { past: { data: past, shape: PAST_SHAPE }, x: { data: x, shape: SHAPE } };
    },
  };
}
