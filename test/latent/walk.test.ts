import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { Latent, latentsOf } from '../../src/latent/latent';
import { grid, walk } from '../../src/latent/walk';

const point = (...values: number[]) => new Latent(Float32Array.from(values), 'uniform');
const places = (latents: readonly Latent[]) => latents.map(({ values }) => [...values]);

describe('walk', () => {
  it('goes round in even steps and ends before the first latent', () => {
    const frames = walk([point(0), point(8)], 8);
    expect(places(frames).flat()).toEqual([0, 2, 4, 6, 8, 6, 4, 2]);
  });

  it('goes from the first to the last when it is open', () => {
    const frames = walk([point(0), point(2), point(6)], 5, { closed: false });
    expect(places(frames).flat()).toEqual([0, 1, 2, 4, 6]);
  });

  it('passes through every latent', () => {
    const latents = latentsOf(5, 3, 16);
    const frames = walk(latents, 12);
    for (const [i, latent] of latents.entries()) expect(frames[4 * i]).toEqual(latent);
    expect(frames[1]).toEqual(latents[0]!.slerp(latents[1]!, 0.25));
    expect(walk(latents, 12, { interpolation: 'linear' })[11]).toEqual(latents[2]!.mix(latents[0]!, 0.75));
    const open = walk(latents, 101, { closed: false });
    expect(open[0]).toEqual(latents[0]);
    expect(open[50]).toEqual(latents[1]);
    expect(open[100]).toEqual(latents[2]);
  });

  it('has a frame a latent at the least', () => {
    const latents = latentsOf(5, 3, 4);
    expect(walk(latents, 3)).toEqual(latents);
    expect(walk(latents, 3, { closed: false })).toEqual(latents);
    expect(() => walk(latents, 2)).toThrow(/^walk: frames must be an integer of at least 3, got 2$/);
    expect(() => walk(latents.slice(0, 1), 9)).toThrow(/at least two latents are needed, got 1/);
    expect(() => walk([], 9)).toThrow(ArgumentError);
  });
});

describe('grid', () => {
  const corners = [point(0, 0), point(4, 0), point(0, 2), point(4, 2)];

  it('fills the square between four corners, row by row', () => {
    expect(places(grid(corners, 2, 3))).toEqual([
      [0, 0],
      [2, 0],
      [4, 0],
      [0, 2],
      [2, 2],
      [4, 2],
    ]);
    expect(places(grid(corners, 3, 2)).map(([, y]) => y)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('keeps the length of normal latents', () => {
    const normal = latentsOf(2, 4, 256);
    const middle = grid(normal, 3, 3)[4]!;
    const straight = grid(normal, 3, 3, 'linear')[4]!;
    expect(Math.abs(Math.hypot(...middle.values) / 16 - 1)).toBeLessThan(0.1);
    expect(Math.abs(Math.hypot(...straight.values) / 16 - 0.5)).toBeLessThan(0.1);
  });

  it('refuses other than four corners, and a single row or column', () => {
    expect(() => grid(corners.slice(1), 3, 3)).toThrow(/four corners are needed, got 3/);
    expect(() => grid([...corners, corners[0]!], 3, 3)).toThrow(/got 5/);
    expect(() => grid(corners, 1, 3)).toThrow(/rows must be an integer of at least 2, got 1/);
    expect(() => grid(corners, 3, 1)).toThrow(ArgumentError);
  });
});
