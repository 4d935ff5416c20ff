import { HEADINGS, isOpen, type Layout, neighbour, ROOM_COUNT, ROOMS } from './layout';

/** From one room to the next: a room of 2 × 2 pixels and a wall of one. */
export const PITCH = 3;
/** A figure fills its room. */
export const FIGURE = 2;
/** Side of a frame: the rooms and, around them, walls. */
export const MAZE_SIDE = ROOMS * PITCH + 1;

type Color = readonly [red: number, green: number, blue: number];

/** The figure's colour lies off the line between the other two, so that no mixture of them looks like it. */
export const WALL: Color = [44, 52, 78];
export const FLOOR: Color = [236, 232, 220];
export const FIGURE_COLOR: Color = [232, 62, 24];

/** The top left pixel of a room. */
export function cornerOf(room: number): { x: number; y: number } {
  return { x: (room % ROOMS) * PITCH + 1, y: Math.floor(room / ROOMS) * PITCH + 1 };
}

function fill(out: Uint8Array, left: number, top: number, width: number, height: number, color: Color): void {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) out.set(color, (y * MAZE_SIDE + x) * 3);
}

/** Draws a maze with its figure in one of the rooms: `[16, 16, 3]` bytes. */
export function drawMaze(layout: Layout, figure: number): Uint8Array {
  const out = new Uint8Array(MAZE_SIDE * MAZE_SIDE * 3);
  fill(out, 0, 0, MAZE_SIDE, MAZE_SIDE, WALL);
  for (let room = 0; room < ROOM_COUNT; room++) {
    const { x, y } = cornerOf(room);
    fill(out, x, y, FIGURE, FIGURE, room === figure ? FIGURE_COLOR : FLOOR);
    for (const heading of HEADINGS) {
      if (!isOpen(layout, room, heading) || neighbour(room, heading)! < room) continue;
      if (heading === 0) fill(out, x + FIGURE, y, 1, FIGURE, FLOOR);
      else fill(out, x, y + FIGURE, FIGURE, 1, FLOOR);
    }
  }
  return out;
}
