import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, parseGeneratorMetadata, readNpy, readPng, readSafetensors, writePng } from '../../src/index';
import { CommandLine } from './run';

const root = mkdtempSync(join(tmpdir(), 'kallima-cli-'));
let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.bundle();
  mkdirSync(join(root, 'photos'));
  mkdirSync(join(root, 'empty'));
  const { data } = faces({ seed: 5, count: 3 }).read([0, 1, 2]).x;
  for (let i = 0; i < 3; i++) {
    const pixels = (data as Uint8Array).subarray(i * 3072, (i + 1) * 3072);
    writeFileSync(
      join(root, `photos/${i}.png`),
      writePng({ width: 32, height: 32, channels: 3, data: pixels }),
    );
  }
});
afterAll(() => {
  cli.remove();
  rmSync(root, { recursive: true });
});

const kallima = (...args: string[]) => cli.run(args, root);
const read = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const TINY = ['--width', '2', '--batch', '2', '--threads', '1', '--seed', '3'];

async function succeeds(...args: string[]) {
  const finished = await kallima(...args);
  expect(finished.stderr).toBe('');
  expect(finished.code).toBe(0);
  return finished;
}

/** Trains for two rounds; gives the size of the picture. */
async function trained(out: string, ...args: string[]) {
  await succeeds('train', ...args, ...TINY, '--rounds', '2', '--out', out);
  return readPng(read(`${out}/samples/round-0000002.png`));
}

describe('a conditional GAN on the command line', () => {
  it('learns from words, is asked in words, and goes on to the bit', async () => {
    await trained('words', '--data', 'faces', '--game', 'conditional', '--latent', '2');
    const ask = ['sample', 'words', '--count', '2', '--condition'];
    await succeeds(...ask, 'red eyes, blue hair', '--out', 'blue.npy');
    await succeeds(...ask, 'red eyes, green hair', '--out', 'green.npy');
    expect(readNpy(read('blue.npy')).shape).toEqual([2, 32, 32, 3]);
    expect(read('green.npy')).not.toEqual(read('blue.npy'));

    expect((await kallima('sample', 'words', '--out', 'no.npy')).stderr).toMatch(
      /--condition must say what to draw \(words\), got none/,
    );
    const { stderr, code } = await kallima(...ask, 'red eyes, bleu hair', '--out', 'no.npy');
    expect(code).toBe(1);
    expect(stderr).toMatch(/got 'bleu'; nearest are blue/);
    expect(existsSync(join(root, 'no.npy'))).toBe(false);

    await succeeds('train', '--resume', '--out', 'words', '--rounds', '3');
    expect(existsSync(join(root, 'words/checkpoints/round-0000003.safetensors'))).toBe(true);
  });

  it('learns from classes, drawn a column each', async () => {
    const picture = await trained('classes', '--data', 'faces', '--game', 'conditional', '--by', 'label');
    // Eight colours of hair, eight faces of each.
    expect(picture.width).toBe(picture.height);
    await succeeds('sample', 'classes', '--count', '1', '--condition', 'Blond', '--out', 'blond.png');
    expect((await kallima('sample', 'classes', '--condition', 'blonde', '--out', 'x.png')).stderr).toMatch(
      /label must be one of 8 classes, got 'blonde'; nearest are blond/,
    );
    expect((await kallima('sample', 'classes', '--condition', '8', '--out', 'x.png')).code).toBe(1);
    expect((await kallima('translate', 'classes', '--in', 'photos', '--out', 'x.png')).stderr).toMatch(
      /must be a generator that takes an image, got 'classes'; use kallima sample/,
    );
  });
});

describe('next frames on the command line', () => {
  it('are drawn beside the past and what came', async () => {
    const picture = await trained('frames', '--data', 'maze');
    // Past | next | truth, four of them in a row, eight examples.
    expect(picture.width / picture.height).toBeCloseTo(6, 0);
    expect((await kallima('sample', 'frames', '--out', 'x.png')).stderr).toMatch(/use kallima translate/);
  });
});

describe('translations on the command line', () => {
  it('pix2pix draws input | output | truth, and translates an image and a folder', async () => {
    const picture = await trained('pix', '--data', 'face-edges', '--game', 'pix2pix');
    // Eight examples of three images, four of them in a row.
    expect(picture.width / picture.height).toBeCloseTo(6, 0);
    await succeeds('translate', 'pix', '--in', 'photos/1.png', '--out', 'one.png');
    expect(readPng(read('one.png'))).toMatchObject({ width: 32, height: 32, channels: 3 });
    await succeeds('translate', 'pix', '--in', 'photos', '--out', 'folder');
    expect(readdirSync(join(root, 'folder')).sort()).toEqual(['0.png', '1.png', '2.png']);
    expect((await kallima('sample', 'pix', '--out', 'x.png')).stderr).toMatch(/use kallima translate/);

    // Two images of one name: neither is lost.
    mkdirSync(join(root, 'twice/more'), { recursive: true });
    for (const path of ['twice/0.png', 'twice/more/0.png'])
      writeFileSync(join(root, path), read('photos/0.png'));
    const { stderr } = await kallima('translate', 'pix', '--in', 'twice', '--out', 'lost');
    expect(stderr).toMatch(/must differ in name, got '0.png' and 'more\/0.png', both for 0.png; rename one/);
    expect(existsSync(join(root, 'lost'))).toBe(false);
  });

  it('CycleGAN takes two domains, translates both ways, and goes on', async () => {
    await trained('cycle', '--data', 'a=photos,b=portraits', '--size', '32');
    for (const direction of ['ab', 'ba']) {
      await succeeds(
        'translate',
        'cycle',
        '--direction',
        direction,
        '--in',
        'photos',
        '--out',
        `${direction}.png`,
      );
      // Input | output | back, three of them beside each other.
      const { width, height } = readPng(read(`${direction}.png`));
      expect(width / height).toBeCloseTo(9, 0);
    }
    expect(read('ba.png')).not.toEqual(read('ab.png'));
    expect(
      (await kallima('translate', 'cycle', '--direction', 'ac', '--in', 'photos', '--out', 'x.png')).stderr,
    ).toMatch(/--direction must be ab or ba, got 'ac'/);
    for (const [direction, input] of [
      ['ab', 'a'],
      ['ba', 'b'],
    ]) {
      await succeeds(
        'export',
        'cycle',
        '--to',
        'safetensors',
        '--direction',
        direction!,
        '--out',
        'one.safetensors',
      );
      const { metadata } = readSafetensors(read('one.safetensors'));
      expect(parseGeneratorMetadata(metadata.get('kallima'))).toMatchObject({
        direction,
        inputs: [{ name: input, kind: 'image', shape: [32, 32, 3] }],
      });
    }
    await succeeds('train', '--resume', '--out', 'cycle', '--rounds', '3');
  });

  it('StarGAN shows every class and translates to the one asked for', async () => {
    const asked = ['--data', 'faces', '--game', 'stargan', '--steps', '1', '--condition'];
    expect((await kallima('train', ...asked, 'purple', ...TINY, '--out', 'no')).stderr).toMatch(
      /got 'purple'/,
    );
    expect(existsSync(join(root, 'no'))).toBe(false);
    // Input and output, six beside each other.
    const blue = await trained('blue', ...asked, 'blue');
    expect(blue.width / blue.height).toBeCloseTo(6, 0);
    const picture = await trained('star', '--data', 'faces', '--game', 'stargan', '--steps', '1');
    // The input and eight colours, eight faces.
    expect(picture.width / picture.height).toBeCloseTo(9 / 8, 1);
    await succeeds('translate', 'star', '--in', 'photos', '--condition', 'green', '--out', 'green');
    await succeeds('translate', 'star', '--in', 'photos', '--condition', 'red', '--out', 'red');
    expect(read('red/0.png')).not.toEqual(read('green/0.png'));
  });

  it.each([
    ['one source for pix2pix', ['--data', 'faces', '--game', 'pix2pix'], /needs a column a, got x/],
    [
      'two domains for pix2pix',
      ['--data', 'a=photos,b=empty', '--game', 'pix2pix'],
      /'empty' must hold PNG or JPEG images/,
    ],
    [
      'a side that a U-Net cannot halve',
      ['--data', 'a=photos,b=photos', '--size', '30', '--game', 'pix2pix'],
      /size must be a multiple of 16 .*got 30; resize the images to 16 or 32/,
    ],
    ['an empty domain', ['--data', 'a=photos,b=empty'], /'empty' must hold PNG or JPEG images, got no file/],
    ['columns of no game', ['--data', 'a=photos,c=photos'], /a=…,b=… or x=….*got columns a, c/],
    ['no classes for StarGAN', ['--data', 'photos', '--game', 'stargan'], /needs a column label, got x/],
    [
      'a condition that is not there',
      ['--game', 'conditional', '--by', 'sound'],
      /needs a column sound, got x/,
    ],
    [
      'λ of no translation',
      ['--game', 'gan', '--lambda', '3'],
      /--lambda is for --game conditional, pix2pix, cyclegan/,
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stderr } = await kallima('train', ...args, '--out', 'refused');
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
    expect(existsSync(join(root, 'refused'))).toBe(false);
  });
});
