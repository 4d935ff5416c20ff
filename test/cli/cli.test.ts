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
import { readNpy, readPng, writePng } from '../../src/index';
import { CommandLine } from './run';

const root = mkdtempSync(join(tmpdir(), 'kallima-cli-'));
let cli: CommandLine;
beforeAll(async () => {
  cli = await CommandLine.bundle();
});
afterAll(() => {
  cli.remove();
  rmSync(root, { recursive: true });
});

const kallima = (...args: string[]) => cli.run(args, root);
const read = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
/** Small, and on the backend that starts quickest. */
const TINY = ['--backend', 'cpu', '--width', '4', '--latent', '2', '--batch', '4', '--seed', '3'];
const POINTS = ['train', '--data', 'ring8', '--game', 'gan', ...TINY];

function put(path: string, content: Uint8Array | string): string {
  writeFileSync(join(root, path), content);
  return path;
}

describe('kallima train', () => {
  it('fills a run folder and ends with a JSON line that names its files', async () => {
    const { code, stderr, lines } = await kallima(...POINTS, '--rounds', '25', '--out', 'a', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const events = lines.map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      event: 'start',
      backend: 'cpu',
      data: { name: 'ring8', shape: [2] },
      game: 'gan',
    });
    const progress = events.filter(({ event }) => event === 'progress');
    expect(progress.map(({ round }) => round)).toEqual([10, 20]);
    expect(Object.keys(progress[0].losses)).toEqual(['discriminator', 'generator']);
    const last = events.at(-1);
    expect(last).toMatchObject({ done: true, round: 25, interrupted: false, out: 'a' });
    for (const file of [last.config, last.log, last.checkpoint, last.picture])
      expect(existsSync(join(root, file)), file).toBe(true);
    expect(readdirSync(join(root, 'a')).sort()).toEqual([
      'checkpoints',
      'config.json',
      'log.jsonl',
      'samples',
    ]);
    expect(readdirSync(join(root, 'a/checkpoints'))).toHaveLength(3);
    expect(readdirSync(join(root, 'a/samples'))).toContain('data.png');
    expect(readPng(read(last.picture))).toMatchObject({ width: 640, height: 640, channels: 3 });
    expect(JSON.parse(readFileSync(join(root, 'a/config.json'), 'utf8'))).toMatchObject({
      data: { source: 'ring8' },
      recipe: { game: 'gan', batch: 4, width: 4 },
      rounds: 25,
      seed: 3,
    });
    const log = jsonLines(readFileSync(join(root, 'a/log.jsonl'), 'utf8'));
    expect(log.filter((line) => line.losses)).toHaveLength(2);
    expect(log.filter((line) => line.modes === 8)).toHaveLength(10);
  });

  it('goes on to the bit where it was resumed', async () => {
    expect((await kallima(...POINTS, '--no-anneal', '--rounds', '6', '--out', 'whole')).code).toBe(0);
    expect((await kallima(...POINTS, '--no-anneal', '--rounds', '3', '--out', 'parts')).code).toBe(0);
    const { code, stderr } = await kallima('train', '--resume', '--out', 'parts', '--rounds', '6');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const name = 'checkpoints/round-0000006.safetensors';
    expect(read(`parts/${name}`)).toEqual(read(`whole/${name}`));
    const rounds = jsonLines(readFileSync(join(root, 'parts/log.jsonl'), 'utf8')).map(({ round }) => round);
    expect(rounds).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('writes where the time of the last round goes', async () => {
    const kallimaPoints = [...POINTS.filter((arg) => arg !== 'cpu' && arg !== '--backend'), '--rounds', '8'];
    const { code, stderr, stdout } = await kallima(...kallimaPoints, '--profile', '--out', 'profiled');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/of peak {2}record\n.* (discriminator|generator): \S+/);
    expect(stdout).toMatch(/one round: \d+\.\d ms, of it \d+\.\d in kernels; .*profiled.profile\.json/);
    expect(stdout).toMatch(/Played 8 rounds/);
    const { traceEvents } = JSON.parse(readFileSync(join(root, 'profiled/profile.json'), 'utf8'));
    expect(traceEvents.length).toBeGreaterThan(20);
    const whole = 'checkpoints/round-0000008.safetensors';
    expect((await kallima(...kallimaPoints, '--no-capture', '--profile', '--out', 'eager')).stdout).toMatch(
      /No profile: no update was replayed; .*without --no-capture/,
    );
    expect(read(`profiled/${whole}`)).toEqual(read(`eager/${whole}`));
    expect((await kallima(...POINTS, '--rounds', '2', '--profile', '--out', 'on-cpu')).stdout).toMatch(
      /No profile: it needs the backend kallima, got cpu/,
    );
  });

  it('prints plain lines into a pipe, the last naming the picture, in a new folder of runs', async () => {
    const args = ['train', '--game', 'gan', ...TINY, '--rounds', '2'];
    for (const n of [1, 2]) {
      const { code, stdout, lines } = await kallima(...args);
      expect(code).toBe(0);
      expect(stdout).not.toContain('\r');
      expect(stdout).not.toContain('\u001b');
      expect(lines[0]).toMatch(/^faces: 20000 examples of 32×32×3\. /);
      expect(lines[1]).toMatch(/^round 1\/2 · discriminator \S+ · generator \S+ · \S+ rounds\/s · .* left$/);
      expect(lines.at(-1)).toBe(`picture runs/faces-gan-${n}/samples/round-0000002.png`);
    }
    expect(readPng(read('runs/faces-gan-1/samples/round-0000002.png'))).toMatchObject({
      width: 786,
      height: 786,
    });
  });

  it('stops by the clock and saves', async () => {
    const { code, lines } = await kallima(...POINTS, '--minutes', '0.03', '--out', 'clock', '--json');
    expect(code).toBe(0);
    const last = JSON.parse(lines.at(-1)!);
    expect(last).toMatchObject({ done: true, interrupted: false });
    expect(last.round).toBeGreaterThan(0);
    expect(existsSync(join(root, last.checkpoint))).toBe(true);
  });

  it('saves and ends cleanly when interrupted, and can be resumed', async () => {
    const args = [...POINTS, '--rounds', '1000000', '--out', 'stopped', '--json', '--log-every', '1'];
    let signalled = false;
    const { code, stderr, lines } = await cli.run(args, root, (child, stdout) => {
      if (signalled || !stdout.includes('"progress"')) return;
      // Once: a second interrupt ends at once.
      signalled = child.kill('SIGINT');
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const last = JSON.parse(lines.at(-1)!);
    expect(last).toMatchObject({ done: true, interrupted: true });
    expect(existsSync(join(root, last.checkpoint))).toBe(true);
    const rounds = String(last.round + 2);
    const resumed = await kallima('train', '--resume', '--out', 'stopped', '--rounds', rounds, '--json');
    expect(JSON.parse(resumed.lines.at(-1)!)).toMatchObject({ done: true, round: last.round + 2 });
  });

  it('leaves only whole files behind when training diverges', async () => {
    const { code, stderr } = await kallima(
      ...POINTS,
      '--learning-rate',
      '1e38',
      '--rounds',
      '50',
      '--out',
      'diverged',
      '--save-every',
      '1',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kallima: run: losses must stay finite, got \S+ for \w+ in round \d+; [^\n]*\n$/);
    const files = readdirSync(join(root, 'diverged'), { recursive: true }).map(String);
    expect(
      files.filter((name) => !/\.(json|jsonl|png|safetensors)$|^(checkpoints|samples)$/.test(name)),
    ).toEqual([]);
  });

  it('trains on the default backend, one round of each game, on images and on points', async () => {
    for (const game of ['wgan', 'wgan-gp']) {
      for (const data of ['faces', 'swiss-roll']) {
        const out = `${game}-${data}`;
        const tiny = ['--width', '4', '--latent', '2', '--batch', '4', '--steps', '1', '--rounds', '1'];
        const { code, stderr } = await kallima(
          'train',
          '--data',
          data,
          '--game',
          game,
          ...tiny,
          '--out',
          out,
        );
        expect(stderr).toBe('');
        expect(code).toBe(0);
      }
    }
  });
});

describe('kallima sample', () => {
  beforeAll(async () => {
    await kallima(...POINTS, '--rounds', '2', '--out', 'points');
    await kallima('train', '--game', 'gan', ...TINY, '--rounds', '1', '--out', 'images');
  }, 60_000);

  it('writes npy arrays of points and images', async () => {
    const { code, lines } = await kallima('sample', 'points', '--count', '70', '--out', 'p.npy', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ done: true, count: 70, seed: 3, out: 'p.npy' });
    expect(readNpy(read('p.npy')).shape).toEqual([70, 2]);
    await kallima('sample', 'images', '--count', '3', '--out', 'i.npy');
    const { shape, data } = readNpy(read('i.npy'));
    expect(shape).toEqual([3, 32, 32, 3]);
    expect(data).toBeInstanceOf(Float32Array);
    for (const value of data) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  });

  it('draws the same under the same seed, from the folder or the file, and other samples under another', async () => {
    const file = 'points/checkpoints/round-0000002.safetensors';
    await kallima('sample', 'points', '--count', '5', '--seed', '9', '--out', '1.npy');
    await kallima('sample', file, '--count', '5', '--seed', '9', '--out', '2.npy');
    await kallima('sample', file, '--count', '5', '--seed', '10', '--out', '3.npy');
    expect(read('2.npy')).toEqual(read('1.npy'));
    expect(read('3.npy')).not.toEqual(read('1.npy'));
  });

  it('draws a grid, and dots', async () => {
    await kallima('sample', 'images', '--count', '9', '--out', 'i.png');
    expect(readPng(read('i.png'))).toMatchObject({
      width: 3 * (32 * 7 + 2) + 2,
      height: 3 * (32 * 7 + 2) + 2,
      channels: 3,
    });
    await kallima('sample', 'points', '--out', 'p.png');
    expect(readPng(read('p.png'))).toMatchObject({ width: 640, height: 640 });
  });
});

describe('kallima doctor', () => {
  it('tells what the machine can do', async () => {
    const { code, lines } = await kallima('doctor', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(lines[0]!);
    // Relaxed SIMD is turned on without a flag.
    expect(found).toMatchObject({
      node: process.versions.node,
      simd: true,
      relaxedSimd: true,
      backend: 'kallima',
    });
    expect(found.reason).toMatch(/relaxed SIMD/);
    const plain = await kallima('doctor');
    expect(plain.stdout).toMatch(/^backend +kallima$/m);
  });
});

describe('a mistake', () => {
  beforeAll(async () => {
    await kallima(...POINTS, '--rounds', '2', '--out', 'taken');
    await kallima('train', '--game', 'gan', ...TINY, '--rounds', '1', '--out', 'faces-run');
    put('nan.csv', '1,2\n3,nan\n');
    put('raw.u8', new Uint8Array(100));
    put('file', 'x');
    mkdirSync(join(root, 'mixed'));
    for (const side of [28, 30])
      put(
        `mixed/${side}.png`,
        writePng({ width: side, height: side, channels: 1, data: new Uint8Array(side * side) }),
      );
    mkdirSync(join(root, 'large'));
    put('large/a.png', writePng({ width: 40, height: 40, channels: 1, data: new Uint8Array(1600) }));
    const whole = read('points/checkpoints/round-0000002.safetensors');
    put('short.safetensors', whole.subarray(0, 3000));
  }, 60_000);

  it.each([
    ['an unknown game', ['train', '--game', 'gam'], /--game.*gam.*gan, wgan, wgan-gp/],
    ['an unknown objective', ['train', '--game', 'gan', '--objective', 'hing'], /--objective.*hing.*hinge/],
    [
      'an objective of no gan',
      ['train', '--data', 'ring8', '--game', 'wgan', '--objective', 'hinge'],
      /--objective is for --game gan, conditional, pix2pix, cyclegan, got --game wgan/,
    ],
    ['an unknown backend', ['train', '--backend', 'gpu'], /--backend.*gpu.*auto, kallima, webgpu, wasm, cpu/],
    ['an unknown option', ['train', '--rouds', '3'], /unknown option '--rouds'/],
    ['an unknown command', ['trian'], /unknown command 'trian'/],
    ['a batch of 0', ['train', '--batch', '0'], /--batch.*'0'.*at least 1/],
    ['no such data', ['train', '--data', 'fases'], /got 'fases': no such file or folder/],
    [
      'NaN',
      ['train', '--data', 'nan.csv'],
      /'nan.csv' must hold finite numbers, got 'nan' on line 2, field 2/,
    ],
    ['a raw array', ['train', '--data', 'raw.u8'], /'raw.u8' must be an IDX file.*no known format/],
    ['mixed sizes', ['train', '--data', 'mixed'], /got 28×28 in '28.png' and 30×30 in '30.png'; pass a size/],
    ['a size without a model', ['train', '--data', 'large'], /got \[40,40,1\]; pass --size 64/],
    [
      'a folder that holds a run',
      ['train', '--data', 'ring8', '--out', 'taken'],
      /got 'taken', which holds a run; add --resume/,
    ],
    [
      'a folder that cannot be',
      ['train', '--data', 'ring8', '--out', 'file/run'],
      /must be a folder that can be written, got 'file\/run': a part of the path is not a folder/,
    ],
    [
      'resuming nothing',
      ['train', '--resume', '--out', 'nowhere'],
      /--resume needs the folder of a run in --out, got 'nowhere'/,
    ],
    ['resuming without a folder', ['train', '--resume'], /--resume needs --out/],
    [
      'resuming another game',
      ['train', '--resume', '--out', 'taken', '--game', 'wgan'],
      /--resume keeps the settings of the run, got --game/,
    ],
    [
      'resuming a finished run',
      ['train', '--resume', '--out', 'taken'],
      /--rounds must be above the 2 rounds played, got 2/,
    ],
    [
      'resuming with other data',
      ['train', '--resume', '--out', 'faces-run', '--rounds', '9', '--data', 'ring8'],
      /\[2\].*32,32,3|32,32,3.*\[2\]/,
    ],
    ['sampling nothing', ['sample', 'nowhere', '--out', 'x.png'], /got 'nowhere': no such file or folder/],
    [
      'sampling a file of another kind',
      ['sample', 'nan.csv', '--out', 'x.png'],
      /got 'nan.csv' without a checkpoint/,
    ],
    ['sampling half a checkpoint', ['sample', 'short.safetensors', '--out', 'x.png'], /safetensors/],
    [
      'sampling into a .gif',
      ['sample', 'taken', '--out', 'x.gif'],
      /--out must end in .png or .npy, got 'x.gif'/,
    ],
    [
      'sampling into no folder',
      ['sample', 'taken', '--out', 'no/where/x.png'],
      /got 'no\/where\/x.png': no such file or folder/,
    ],
    [
      'no row of the benchmark',
      ['bench', '--only', 'gem'],
      /only must name rows, got "gem"; known: gemm1024/,
    ],
  ])('like %s ends with one line and code 1, and writes nothing', async (_, args, message) => {
    const before = readdirSync(root, { recursive: true }).sort();
    const { code, stdout, stderr } = await kallima(...args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^(kallima|error): [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
  });

  it('shows where it came from with --debug', async () => {
    const { code, stderr } = await kallima('train', '--data', 'fases', '--debug');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kallima: ArgumentError: openData: .*\n +at /);
  });
});
