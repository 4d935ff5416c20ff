import { describe, expect, it } from 'vitest';
import { Draws } from '../../src/data/draws';
import { maze } from '../../src/data/maze/maze';
import { countFigures, figureRoom, figuresIn } from '../../src/data/maze/read';
import { DataError, ShapeError } from '../../src/errors';

const COUNT = 1200;
const data = maze({ seed: 7, count: COUNT });
const frameOf = (index: number) => data.read([index]).x.data as Uint8Array;

/** Half of a past: channels 0–2 the frame before, 3–5 the last one. */
function pastFrame(index: number, which: 0 | 1): Uint8Array {
  const past = data.read([index]).past.data;
  return Uint8Array.from({ length: 768 }, (_, i) => past[Math.floor(i / 3) * 6 + 3 * which + (i % 3)]!);
}

/** Rooms are numbered row by row, five to a row. */
function distance(a: number, b: number): number {
  return Math.abs((a % 5) - (b % 5)) + Math.abs(Math.floor(a / 5) - Math.floor(b / 5));
}

/** Whether the wall between two neighbouring rooms is open, by the pixel in its middle. */
function openBetween(frame: Uint8Array, a: number, b: number): boolean {
  const middle = (axis: (room: number) => number) => (axis(a) + axis(b)) * 1.5 + 1;
  const x = Math.floor(middle((room) => room % 5) + (a % 5 === b % 5 ? 0 : 0.5));
  const y = Math.floor(middle((room) => Math.floor(room / 5)) + (a % 5 === b % 5 ? 0.5 : 0));
  return frame[(y * 16 + x) * 3]! > 128;
}

/** The mean of frames, as a model that cannot choose predicts it. */
function mean(frames: readonly Uint8Array[]): Float32Array {
  return Float32Array.from({ length: 768 }, (_, i) => {
    return frames.reduce((sum, frame) => sum + frame[i]!, 0) / frames.length / 127.5 - 1;
  });
}

const withFutures = (ways: number) =>
  Array.from({ length: COUNT }, (_, i) => i).filter((i) => data.futures(i).length === ways);

function noisy(frame: ArrayLike<number>, index: number, sigma: number): Float32Array {
  const draws = new Draws(3, index);
  return Float32Array.from(frame, (value) => value / 127.5 - 1 + sigma * draws.normal());
}

describe('maze', () => {
  it('holds two frames of the past and the next one', () => {
    expect(data).toMatchObject({
      name: 'maze',
      size: COUNT,
      shapes: { past: [16, 16, 6], x: [16, 16, 3] },
      meanings: { past: { kind: 'image' } },
    });
    const { past, x } = data.read([5, 2]);
    expect([past.data.length, x.data.length]).toEqual([2 * 1536, 2 * 768]);
    expect(x.data.slice(768)).toEqual(frameOf(2));
  });

  it('is a function of seed and index', () => {
    expect(maze({ seed: 7, count: 900 }).read([600])).toEqual(data.read([600]));
    expect(maze({ seed: 8 }).read([600]).x.data).not.toEqual(frameOf(600));
  });

  it('moves the figure by one room through open walls, and back only where there is no other way', () => {
    for (let i = 0; i < 400; i++) {
      const [before, last, next] = [pastFrame(i, 0), pastFrame(i, 1), frameOf(i)].map(
        (frame) => figureRoom(frame)!,
      );
      expect(distance(before!, last!)).toBe(1);
      expect(distance(last!, next!)).toBe(1);
      expect(openBetween(frameOf(i), before!, last!)).toBe(true);
      const ways = Array.from({ length: 25 }, (_, room) => room).filter(
        (room) => distance(last!, room) === 1 && openBetween(frameOf(i), last!, room),
      );
      const onward = ways.filter((room) => room !== before);
      expect([...data.futures(i)].sort((a, b) => a - b)).toEqual(onward.length > 0 ? onward : [before]);
      expect(data.futures(i)).toContain(next);
    }
  });

  it('keeps the walls from frame to frame', () => {
    for (let i = 0; i < 50; i++) {
      const different = [...pastFrame(i, 1)].filter((value, k) => value !== frameOf(i)[k]).length;
      // Two rooms of four pixels change.
      expect(different).toBeGreaterThan(0);
      expect(different).toBeLessThanOrEqual(2 * 4 * 3);
    }
  });

  it('stands at a junction about half of the time, and takes each way about equally often', () => {
    const junctions = [...withFutures(2), ...withFutures(3)];
    expect(junctions.length / COUNT).toBeGreaterThan(0.4);
    expect(junctions.length / COUNT).toBeLessThan(0.7);
    expect(withFutures(3).length).toBeGreaterThan(30);
    const two = withFutures(2);
    const first = two.filter((i) => figureRoom(frameOf(i)) === data.futures(i)[0]).length;
    expect(Math.abs(first - two.length / 2)).toBeLessThan(2.5 * Math.sqrt(two.length));
  });

  it('draws each of the futures', () => {
    for (const i of withFutures(3).slice(0, 20)) {
      expect(data.futures(i).map((room) => figureRoom(data.frame(i, room)))).toEqual(data.futures(i));
      expect(data.frame(i, figureRoom(frameOf(i))!)).toEqual(frameOf(i));
    }
  });

  it('lets every room be reached', () => {
    for (let i = 0; i < 100; i++) {
      const frame = frameOf(i);
      const reached = new Set([0]);
      for (const room of reached)
        for (let other = 0; other < 25; other++)
          if (distance(room, other) === 1 && openBetween(frame, room, other)) reached.add(other);
      expect(reached.size).toBe(25);
    }
  });

  it('refuses an index past the end', () => {
    expect(() => data.futures(COUNT)).toThrow(DataError);
  });
});

describe('countFigures', () => {
  it('counts one in every drawn frame, in its room and whole', () => {
    for (let i = 0; i < 400; i++) {
      const seen = figuresIn(frameOf(i));
      expect(seen).toHaveLength(1);
      expect(Math.abs(seen[0]!.strength - 1)).toBeLessThan(0.01);
      expect(data.futures(i)).toContain(seen[0]!.room);
    }
  });

  it('counts two ghosts in the mean of two futures, three in that of three', () => {
    for (const ways of [2, 3]) {
      for (const i of withFutures(ways).slice(0, 60)) {
        const blurred = mean(data.futures(i).map((room) => data.frame(i, room)));
        expect(countFigures(blurred)).toBe(ways);
        expect(figureRoom(blurred)).toBeUndefined();
        for (const { strength } of figuresIn(blurred))
          expect(Math.abs(strength - 1 / ways)).toBeLessThan(0.03);
      }
    }
  });

  it('counts none in an empty maze, whatever the walls', () => {
    for (let i = 0; i < 60; i++) {
      const [room] = data.futures(i);
      const frame = data.frame(i, room!);
      const empty = data.frame(i, 25);
      expect(empty).not.toEqual(frame);
      expect(countFigures(empty)).toBe(0);
    }
  });

  it('stands noise such as a generator leaves, and grey smears', () => {
    let right = 0;
    for (let i = 0; i < 400; i++) {
      const frame = noisy(frameOf(i), i, 0.08);
      if (figureRoom(frame) === figureRoom(frameOf(i))) right++;
    }
    expect(right / 400).toBeGreaterThanOrEqual(0.98);
    const smeared = mean([frameOf(0), frameOf(1), frameOf(2), frameOf(3)].map((_, k) => data.frame(k, 25)));
    expect(countFigures(smeared)).toBe(0);
  });

  it('takes a faint figure for no whole one', () => {
    const faint = mean([frameOf(0), frameOf(0), data.frame(0, 25), data.frame(0, 25), data.frame(0, 25)]);
    expect(countFigures(faint)).toBe(1);
    expect(figureRoom(faint)).toBeUndefined();
  });

  it('sees two whole figures side by side in rooms that a wall parts', () => {
    const i = withFutures(2)[0]!;
    const [one, other] = data.futures(i).map((room) => data.frame(i, room));
    const both = one!.map((value, k) => (value === data.frame(i, 25)[k] ? other![k]! : value));
    expect(countFigures(both)).toBe(2);
    expect(figureRoom(both)).toBeUndefined();
  });

  it('refuses another size', () => {
    expect(() => countFigures(new Uint8Array(12))).toThrow(
      new ShapeError('figuresIn: pixels must be [16,16,3], 768 values, got 12'),
    );
  });
});
