import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadGenerator } from '../../src/generator';
import { loadSampler, readNpy, readSafetensors } from '../../src/index';
import { philoxNormal } from '../../src/util/philox';
import { difference } from '../export/feeds';
import { openGraphModel } from '../export/graph-model';
import { CommandLine } from './run';

const root = mkdtempSync(join(tmpdir(), 'kallima-cli-'));
const at = (path: string) => join(root, path);
const read = (path: string) => new Uint8Array(readFileSync(at(path)));
let cli: CommandLine;
const kallima = (...args: string[]) => cli.run(args, root);

async function succeeds(...args: string[]) {
  const finished = await kallima(...args);
  expect(finished.stderr).toBe('');
  expect(finished.code).toBe(0);
  return finished;
}

async function fails(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kallima('export', ...args);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr;
}

const TINY = ['--width', '2', '--batch', '2', '--backend', 'cpu', '--seed', '3', '--rounds', '2'];
const CHECKPOINT = 'run/checkpoints/round-0000002.safetensors';

beforeAll(async () => {
  cli = await CommandLine.bundle();
  await succeeds('train', '--data', 'faces', ...TINY, '--latent', '5', '--out', 'run');
});
afterAll(() => {
  cli.remove();
  rmSync(root, { recursive: true });
});

describe('kallima export', () => {
  const Z = { data: philoxNormal(10, { seed: 1, draw: 0 }), shape: [2, 5] };

  it('writes one generator for ONNX and for TF.js, and says how to open them', async () => {
    const { lines } = await succeeds('export', 'run', '--to', 'onnx');
    expect(lines).toEqual([
      `Generator of ${CHECKPOINT}`,
      expect.stringMatching(/^run\/generator\.onnx {2}\d+ kB$/),
      "Open it: await loadGenerator('run/generator.onnx') of kallima/generator, or any ONNX runtime.",
    ]);
    const generator = await loadGenerator(at('run/generator.onnx'));
    const { image } = await generator.run({ z: Z });
    // A seed gives the same samples in a page as here.
    const drawn = await generator.sample({ seed: 7, count: 3 });
    generator.dispose();
    await succeeds('sample', 'run', '--seed', '7', '--count', '3', '--out', 'seven.npy', '--backend', 'cpu');
    const sampled = readNpy(read('seven.npy'));
    expect(drawn.shape).toEqual(sampled.shape);
    expect(difference(drawn.data, sampled.data)).toBeLessThan(1e-5);
    expect(image?.shape).toEqual([2, 3, 32, 32]);

    const tfjs = await succeeds('export', 'run', '--to', 'tfjs', '--json');
    const result = JSON.parse(tfjs.stdout);
    expect(result).toMatchObject({ format: 'tfjs', half: false, averaged: true, done: true });
    const files = ['model.json', 'group1-shard1of1.bin'];
    expect(result.files).toEqual(
      files.map((name) => ({
        path: `run/generator-tfjs/${name}`,
        bytes: read(`run/generator-tfjs/${name}`).length,
      })),
    );
    await tf.setBackend('cpu');
    const model = await openGraphModel(
      new Map(files.map((name) => [name, read(`run/generator-tfjs/${name}`)])),
    );
    const made = tf.transpose(model.predict(tf.tensor2d(Z.data, [2, 5])) as tf.Tensor, [0, 3, 1, 2]);
    expect(difference(made.dataSync(), image!.data)).toBeLessThan(1e-5);
    model.dispose();
  });

  it('writes weights alone, averaged or not', async () => {
    await succeeds('export', CHECKPOINT, '--to', 'safetensors', '--out', 'averaged.safetensors');
    await succeeds('export', 'run', '--to', 'safetensors', '--no-averaged', '--out', 'plain.safetensors');
    await succeeds('export', 'run', '--to', 'safetensors', '--half');
    expect(existsSync(at('run/generator.safetensors'))).toBe(true);
    const whole = readSafetensors(read(CHECKPOINT)).tensors;
    for (const [file, prefix] of [
      ['averaged.safetensors', 'averaged'],
      ['plain.safetensors', 'networks'],
    ]) {
      const { tensors } = readSafetensors(read(file!));
      expect(tensors.size).toBeGreaterThan(10);
      for (const [name, entry] of tensors) expect(entry).toEqual(whole.get(`${prefix}/generator/${name}`));
    }
    // What was exported is no checkpoint, and does not stand for the newest one.
    expect(await fails('averaged.safetensors', '--to', 'onnx')).toMatch(
      /must be a checkpoint of kallima, got a generator that was exported from one/,
    );
  });

  it('halves the size with --half, and replaces what it wrote', async () => {
    const size = async (...more: string[]): Promise<number> => {
      const args = ['export', 'run', '--to', 'tfjs', '--out', 'sized', '--json', ...more];
      const { files } = JSON.parse((await succeeds(...args)).stdout) as { files: { bytes: number }[] };
      return files[1]!.bytes;
    };
    expect((await size('--half')) / (await size())).toBeLessThan(0.7);
    expect(readdirSync(root).filter((name) => /tmp|old/.test(name))).toEqual([]);
  });

  it('refuses what it cannot export, and writes nothing', async () => {
    writeFileSync(at('notes.txt'), 'not a model');
    const before = readdirSync(root, { recursive: true }).length;
    expect(await fails('none', '--to', 'onnx')).toMatch(
      /must be the folder of a run .*got 'none': no such file/,
    );
    expect(await fails('notes.txt', '--to', 'onnx')).toMatch(/got 'notes.txt' without a checkpoint in it/);
    expect(await fails('run', '--to', 'onxx')).toMatch(
      /--to <format>.* 'onxx' is invalid. Allowed choices are onnx/,
    );
    expect(await fails('run')).toMatch(/required option '--to <format>' not specified/);
    expect(await fails('run', '--to', 'onnx', '--direction', 'ba')).toMatch(
      /export: direction of gan must be sample, got 'ba'/,
    );
    expect(await fails('run', '--to', 'onnx', '--out', 'no/where.onnx')).toMatch(
      /got 'no\/where.onnx': no such file or folder; choose another folder/,
    );
    expect(await fails('run', '--to', 'tfjs', '--out', 'notes.txt')).toMatch(/got 'notes.txt': /);
    expect(await fails('run', '--to', 'tfjs', '--out', 'run')).toMatch(
      /must be a new folder, got 'run', which holds/,
    );
    expect(await fails('run', '--to', 'safetensors', '--out', CHECKPOINT)).toMatch(
      /--out must not be the checkpoint itself/,
    );
    expect(readdirSync(root, { recursive: true })).toHaveLength(before);
    const sampler = await loadSampler(read(CHECKPOINT), { backend: 'cpu' });
    sampler.dispose();
  });
});
