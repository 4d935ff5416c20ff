import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { runBench } from '../../bench/index';
import { time } from '../../bench/timing';
import { WORKLOADS } from '../../bench/workloads/index';
import { ArgumentError, chooseBackend } from '../../src/index';

const rowOf = (name: string) => WORKLOADS.find((row) => row.name === name)!;

describe('rows', () => {
  afterAll(() => {
    tf.removeBackend('kallima');
  });

  it.each([
    'gemm1024',
    'convt-k4s2-forward',
    'dcgan28',
    'wgan-gp28-critic',
    'conditional28',
    'mlp2d-16',
    'generate64-1',
  ])('%s repeats on kallima and leaves no tensor', async (name) => {
    await chooseBackend({ backend: 'kallima', threads: 2 });
    const { numTensors } = tf.memory();
    const prepared = await rowOf(name).prepare({ backend: 'kallima', threads: 2, mode: 'eager' });
    await prepared.run();
    const during = tf.memory().numTensors;
    await prepared.run();
    expect(tf.memory().numTensors).toBe(during);
    prepared.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(['cyclegan64', 'mlp2d-16', 'generate64-1'])('%s repeats captured', async (name) => {
    await chooseBackend({ backend: 'kallima', threads: 2 });
    const { numTensors } = tf.memory();
    const prepared = await rowOf(name).prepare({ backend: 'kallima', threads: 2, mode: 'captured' });
    for (let i = 0; i < 4; i++) await prepared.run();
    prepared.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('runBench', () => {
  it('times a row on each engine, and says what has no place there', async () => {
    const told: string[] = [];
    const log = vi.spyOn(console, 'log');
    const report = await runBench({
      only: ['mlp2d-16'],
      engines: ['kallima', 'generator', 'onnxruntime-web', 'webgpu'],
      threads: [1],
      native: {
        torch: '1.13',
        runs: [{ threads: 1, results: { 'mlp2d-16': { ms: 1, minMs: 1, maxMs: 1, samples: 9 } } }],
      },
      onRow: (name, { engine, mode }) => told.push(`${name} ${engine} ${mode}`),
    });
    expect(report.results.map(({ engine, mode }) => [engine, mode])).toEqual([
      ['kallima', 'captured'],
      ['kallima', 'eager'],
      ['pytorch', 'eager'],
    ]);
    for (const { ms, minMs, maxMs, samples, gflops } of report.results) {
      expect(samples).toBeGreaterThanOrEqual(9);
      expect(minMs).toBeLessThanOrEqual(ms);
      expect(ms).toBeLessThanOrEqual(maxMs);
      expect((gflops * ms) / 1e3).toBeCloseTo(report.rows[0]!.flops / 1e9, 6);
    }
    expect(report.gaps.map(({ engine, reason }) => [engine, reason.split(',')[0]])).toEqual([
      ['generator', 'kallima/generator runs inference only'],
      ['onnxruntime-web', 'onnxruntime-web runs inference only'],
      ['webgpu', 'chooseBackend: webgpu needs an adapter'],
    ]);
    expect(told).toEqual(['mlp2d-16 kallima captured', 'mlp2d-16 kallima eager']);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it('refuses an unknown row by its name', async () => {
    await expect(runBench({ only: ['dcgan28', 'gem'] })).rejects.toThrow(ArgumentError);
    await expect(runBench({ only: ['dcgan28', 'gem'] })).rejects.toThrow(/got "gem"; known: gemm1024, /);
  });
});

describe('time', () => {
  it('counts repetitions one after the other, and gives their extremes', async () => {
    let running = 0;
    let calls = 0;
    const { median, min, max, samples } = await time('wait', async () => {
      expect(running).toBe(0);
      running++;
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
    });
    expect(calls).toBeGreaterThan(samples);
    expect(samples).toBeGreaterThanOrEqual(9);
    expect(min).toBeGreaterThan(0);
    expect(min).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(max);
  });
});
