import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../cli/run';

describe('kallima bench', () => {
  let command: CommandLine;
  const root = mkdtempSync(join(tmpdir(), 'kallima-bench-'));

  beforeAll(async () => {
    command = await CommandLine.bundle();
  });

  afterAll(() => {
    command.remove();
    rmSync(root, { recursive: true });
  });

  it('prints the table, tells its progress apart from it, and writes what was asked for', async () => {
    const times = { ms: 10, minMs: 9, maxMs: 11, samples: 9 };
    const native = { torch: '1.13', runs: [{ threads: 1, results: { 'mlp2d-16': times } }] };
    writeFileSync(join(root, 'native.json'), JSON.stringify(native));
    const files = ['--native', 'native.json', '--json', 'report.json', '--svg', 'chart.svg'];
    const { code, stdout, stderr } = await command.run(
      ['bench', '--only', 'mlp2d-16', '--threads', '1', ...files],
      root,
    );
    expect(stderr).toBe(
      'mlp2d-16 on kallima, 1 thread, captured …\nmlp2d-16 on kallima, 1 thread, eager …\n',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^[^|]*multiply-add peak [\d.]+ GFLOP\/s, copy [\d.]+ GB\/s\.\n\n\| ms, median \|/,
    );
    expect(stdout).toMatch(/\| `mlp2d-16` \| 0\.269 \| [\d.]+ \([\d.]+×\) \| [\d.]+ \([\d.]+×\) \| 10\.0 \|/);
    const report = JSON.parse(readFileSync(join(root, 'report.json'), 'utf8'));
    expect(report.results).toHaveLength(3);
    expect(report.results[0].outsideKernels).toBeLessThan(1);
    expect(readFileSync(join(root, 'chart.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it.each([
    ['no such file', ['--native', 'nothing.json'], /'nothing.json': no such file or folder/],
    ['no report of PyTorch', ['--native', 'text.json'], /native must be the JSON of bench:native/],
    ['no number of threads', ['--threads', ','], /--threads.*whole number of at least 1/],
    ['no row', ['--only', ','], /only must name rows, got none/],
  ])('ends with one line on %s', async (_, args, message) => {
    writeFileSync(join(root, 'text.json'), '{}');
    const { code, stdout, stderr } = await command.run(['bench', ...args], root);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^(kallima|error): [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});
