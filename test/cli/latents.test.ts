import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeApng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy, readPng, writeNpy, writePng } from '../../src/index';
import { CommandLine } from './run';

const root = mkdtempSync(join(tmpdir(), 'kallima-latents-'));
const TINY = [
  '--backend',
  'cpu',
  '--width',
  '4',
  '--latent',
  '2',
  '--batch',
  '4',
  '--seed',
  '3',
  '--rounds',
  '2',
];
let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.bundle();
  await kallima('train', '--game', 'gan', ...TINY, '--out', 'faces');
  await kallima('train', '--game', 'conditional', '--by', 'label', ...TINY, '--out', 'labelled');
  await kallima('train', '--data', 'ring8', '--game', 'gan', ...TINY, '--out', 'points');
}, 120_000);
afterAll(() => {
  cli.remove();
  rmSync(root, { recursive: true });
});

const kallima = (...args: string[]) => cli.run(args, root);
const read = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const samples = async (...args: string[]) => {
  const { code, stderr } = await kallima('sample', 'faces', ...args, '--out', 's.npy');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return readNpy(read('s.npy'));
};
/** The n-th image of an array. */
const image = ({ shape, data }: ReturnType<typeof readNpy>, n: number) => {
  const size = data.length / shape[0]!;
  return [...data.slice(n * size, (n + 1) * size)].map(Number);
};
const apart = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('kallima sample, of latents', () => {
  it('draws the sample of each seed', async () => {
    const named = await samples('--seeds', '8,3,8');
    expect(named.shape).toEqual([3, 32, 32, 3]);
    expect(image(named, 0)).toEqual(image(named, 2));
    expect(apart(image(named, 0), image(await samples('--seed', '8', '--count', '1'), 0))).toBeLessThan(1e-5);
  });

  it('walks from latent to latent as an animated PNG, or as an array', async () => {
    const { code, stdout } = await kallima(
      'sample',
      'faces',
      '--walk',
      '6',
      '--delay',
      '90',
      '--out',
      'walk.png',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^6 samples of faces.*\nanimation walk\.png\n$/);
    const { width, height, frames, numberOfPlays } = decodeApng(read('walk.png'), { checkCrc: true });
    expect([width, height, frames.length, numberOfPlays]).toEqual([192, 192, 6, 0]);
    expect(frames[0]!.delayNumber).toBe(90);
    const walked = await samples('--walk', '4', '--seeds', '1,2');
    const seeds = await samples('--seeds', '1,2');
    expect(image(walked, 0)).toEqual(image(seeds, 0));
    expect(image(walked, 2)).toEqual(image(seeds, 1));
    expect(image(walked, 1)).not.toEqual(image(seeds, 0));
  });

  it('fills a grid between four corners', async () => {
    const square = await samples('--grid', '2x3', '--seeds', '1,2,3,4');
    expect(square.shape[0]).toBe(6);
    const corners = await samples('--seeds', '1,2,3,4');
    for (const [at, corner] of [0, 2, 3, 5].entries())
      expect(image(square, corner)).toEqual(image(corners, at));
    await kallima('sample', 'faces', '--grid', '2x3', '--out', 'grid.png');
    const { width, height } = readPng(read('grid.png'));
    expect(width / height).toBeGreaterThan(1.4);
  });

  it('shortens latents', async () => {
    const mean = await samples('--truncation', '0', '--count', '2');
    expect(image(mean, 0)).toEqual(image(mean, 1));
    const whole = await samples('--truncation', '1', '--count', '2', '--seed', '5');
    expect(apart(image(whole, 1), image(await samples('--count', '2', '--seed', '5'), 1))).toBeLessThan(1e-5);
  });
});

describe('kallima directions', () => {
  it.each(['sefa', 'pca'])('draws a row a direction: %s', async (method) => {
    const args = ['directions', 'faces', '--method', method, '--count', '2', '--out', 'd.png', '--json'];
    const { code, lines } = await kallima(...args);
    expect(code).toBe(0);
    const { shares, seed } = JSON.parse(lines.at(-1)!);
    expect(shares).toHaveLength(2);
    expect(seed).toBe(3);
    expect(shares[0]).toBeGreaterThan(shares[1]);
    const { width, height } = readPng(read('d.png'));
    expect(Math.abs(width / height - 3.5)).toBeLessThan(0.05);
  });

  it('shows one class', async () => {
    const { code, stdout } = await kallima(
      'directions',
      'labelled',
      '--count',
      '1',
      '--condition',
      '0',
      '--out',
      'd.png',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^1 directions of labelled.* by sefa, with \d+\.\d % of all change\npicture d\.png\n$/,
    );
  });
});

describe('kallima invert', () => {
  it('writes latents that sample takes up again, or shows what it found', async () => {
    await kallima('sample', 'faces', '--seeds', '77', '--out', 'x.npy');
    const [height, width] = [32, 32];
    const data = Uint8Array.from(readNpy(read('x.npy')).data, (value) => Number(value) * 127.5 + 127.5);
    writeFileSync(join(root, 'x.png'), writePng({ width, height, channels: 3, data }));
    const found = await kallima(
      'invert',
      'faces',
      '--in',
      'x.png',
      '--steps',
      '30',
      '--out',
      'z.npy',
      '--json',
    );
    expect(found.stderr).toBe('');
    const { errors, count } = JSON.parse(found.lines.at(-1)!);
    expect(count).toBe(1);
    // It was rounded to bytes.
    expect(errors[0]).toBeLessThan(1e-3);
    expect(readNpy(read('z.npy')).shape).toEqual([1, 2]);
    const again = await samples('--latents', 'z.npy');
    expect(apart(image(again, 0), image(readNpy(read('x.npy')), 0))).toBeLessThan(0.2);
    await kallima('invert', 'faces', '--in', 'x.png', '--steps', '2', '--out', 'pair.png');
    const pair = readPng(read('pair.png'));
    expect(pair.width / pair.height).toBeGreaterThan(1.8);
  });
});

describe('a mistake with latents', () => {
  it.each([
    [
      'sample faces --walk 9 --grid 2x2 --out x.png',
      /^kallima: sample: --walk or --grid must be left out, got both/,
    ],
    [
      'sample faces --seed 3 --seeds 1,2 --out x.png',
      /^kallima: sample: --seed or --seeds must be left out, got both/,
    ],
    [
      'sample faces --delay 9 --out x.png',
      /^kallima: sample: --delay must be left out without --walk, got 9/,
    ],
    ['sample faces --grid 3x4 --seeds 1,2 --out x.png', /^kallima: grid: four corners are needed, got 2/],
    [
      'sample faces --latents p.npy --out x.png',
      /--latents must hold rows of 2 numbers, got \[1,3\] in 'p.npy'/,
    ],
    ['sample labelled --walk 9 --out x.png', /--condition must say what to draw \(label\), got none/],
    ['sample points --walk 9 --out x.png', /picture: frames must be images, got \[2\]/],
  ])('is one line: %s', async (command, message) => {
    writeFileSync(join(root, 'p.npy'), writeNpy({ shape: [1, 3], data: new Float32Array(3) }));
    const { code, stderr } = await kallima(...command.split(' '));
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });
});
