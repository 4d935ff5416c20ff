import type { Draws } from '../draws';

/** Rooms along each side of a maze. */
export const ROOMS = 5;
export const ROOM_COUNT = ROOMS * ROOMS;
/** Share of the walls left over by the tree that are opened too, so that there are ways round. */
const EXTRA = 0.35;

/** Right, down, left, up; the opposite of `d` is `(d + 2) % 4`. */
export type Heading = 0 | 1 | 2 | 3;
export const HEADINGS: readonly Heading[] = [0, 1, 2, 3];
const STEP_X = [1, 0, -1, 0] as const;
const STEP_Y = [0, 1, 0, -1] as const;

/** Of each room, one bit for each heading that is open. */
export type Layout = Uint8Array;

/** The room next to another, or undefined beyond the border. */
export function neighbour(room: number, heading: Heading): number | undefined {
  const x = (room % ROOMS) + STEP_X[heading];
  const y = Math.floor(room / ROOMS) + STEP_Y[heading];
  return x < 0 || y < 0 || x >= ROOMS || y >= ROOMS ? undefined : y * ROOMS + x;
}

export const back = (heading: Heading): Heading => ((heading + 2) % 4) as Heading;

export const isOpen = (layout: Layout, room: number, heading: Heading): boolean =>
  (layout[room]! & (1 << heading)) !== 0;

function open(layout: Layout, room: number, heading: Heading): void {
  layout[room]! |= 1 << heading;
  layout[neighbour(room, heading)!]! |= 1 << back(heading);
}

/**
 * A maze in which every room can be reached: a random walk that turns back where it is stuck opens a way to each,
 * then some more walls are opened.
 */
export function drawnLayout(draws: Draws): Layout {
  const layout = new Uint8Array(ROOM_COUNT);
  const seen = new Uint8Array(ROOM_COUNT);
  const trail = [draws.below(ROOM_COUNT)];
  seen[trail[0]!] = 1;
  while (trail.length > 0) {
    const room = trail[trail.length - 1]!;
    const ways = HEADINGS.filter((heading) => {
      const next = neighbour(room, heading);
      return next !== undefined && seen[next] === 0;
    });
    if (ways.length === 0) {
      trail.pop();
      continue;
    }
    const heading = ways[draws.below(ways.length)]!;
    const next = neighbour(room, heading)!;
    open(layout, room, heading);
    seen[next] = 1;
    trail.push(next);
  }
  for (let room = 0; room < ROOM_COUNT; room++) {
    for (const heading of [0, 1] as const) {
      if (neighbour(room, heading) === undefined || isOpen(layout, room, heading)) continue;
      if (draws.unit() < EXTRA) open(layout, room, heading);
    }
  }
  return layout;
}

/** Where a walker that came along `heading` may go: not back, unless there is no other way. */
export function waysOn(layout: Layout, room: number, heading: Heading): Heading[] {
  const ways = HEADINGS.filter((way) => way !== back(heading) && isOpen(layout, room, way));
  return ways.length > 0 ? ways : [back(heading)];
}
