import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readPng } from '../../src/formats/png';

const EXAMPLES = resolve('examples');
const home = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kallima-example-'));
  process.chdir(folder);
  vi.stubEnv('ROUNDS', '2');
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe('the examples', () => {
  it.each(readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts')))(
    '%s trains and draws a picture',
    async (file) => {
      const path = join(EXAMPLES, file);
      const { argv } = process;
      process.argv = [argv[0]!, path];
      await import(/* @vite-ignore */ path).finally(() => {
        process.argv = argv;
      });
      const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
      expect(pictures.length).toBeGreaterThan(0);
      for (const name of pictures) {
        const { width, height, data } = readPng(readFileSync(name));
        expect(Math.min(width, height)).toBeGreaterThan(0);
        expect(new Set(data).size).toBeGreaterThan(1);
      }
    },
    120_000,
  );
});
