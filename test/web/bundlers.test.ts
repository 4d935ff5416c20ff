import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright';
import { createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadGenerator, toRgba } from '../../src/generator';
import { builtFolder } from './support/built';
import { launchChromium } from './support/chromium';
import { type Drawing, drawnHere, pictureModel } from './support/model';
import { drawnThere, START_MILLISECONDS, shows } from './support/page';
import { serve } from './support/serve';

const BUILD_MILLISECONDS = 180_000;

const model = pictureModel();

describe('the element in a bundler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kallima-web-'));
  let browser: Browser;
  let expected: Drawing;

  /** A copy of an example, with the package as npm would install it. */
  const example = (name: string): string => {
    const copy = join(folder, name);
    cpSync(join('web', name), copy, { recursive: true });
    const installed = join(copy, 'node_modules/kallima');
    mkdirSync(installed, { recursive: true });
    cpSync(builtFolder(), join(installed, 'dist'), { recursive: true });
    cpSync('package.json', join(installed, 'package.json'));
    mkdirSync(join(copy, 'public'), { recursive: true });
    writeFileSync(join(copy, 'public/faces.onnx'), model);
    return copy;
  };

  const run = (cwd: string, script: string, ...args: string[]) =>
    execFileSync(process.execPath, [resolve('node_modules', script), ...args], { cwd, stdio: 'pipe' });

  const expectDrawn = async (url: string, more?: (page: Page) => Promise<void>): Promise<void> => {
    const page = await browser.newPage();
    try {
      await page.addInitScript(() => {
        document.addEventListener(
          'load',
          (event) => {
            if (!(event instanceof CustomEvent)) return;
            document.documentElement.dataset.inWorker = event.detail.inWorker;
          },
          true,
        );
      });
      await page.goto(url);
      await shows(page, 7);
      expect(await drawnThere(page)).toEqual(expected);
      expect(await page.locator('#shown').textContent()).toBe('This is face 7.');
      expect(await page.evaluate(() => document.documentElement.dataset.inWorker)).toBe('true');
      await more?.(page);
    } finally {
      await page.close();
    }
  };

  const expectBuilt = async (dist: string, more?: (page: Page) => Promise<void>): Promise<void> => {
    const server = await serve({ folders: { '/': `${dist}/` } });
    try {
      await expectDrawn(`${server.origin}/`, more);
    } finally {
      await server.close();
    }
  };

  beforeAll(async () => {
    browser = await launchChromium();
    expected = await drawnHere(model, { seed: 7 });
  }, START_MILLISECONDS);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it(
    'draws in a page built by Vite',
    async () => {
      const copy = example('vite');
      run(copy, 'vite/bin/vite.js', 'build');
      await expectBuilt(join(copy, 'dist'));
    },
    BUILD_MILLISECONDS,
  );

  it(
    'draws in a page built by webpack',
    async () => {
      const copy = example('webpack');
      expect(String(run(copy, 'webpack/bin/webpack.js'))).toContain('compiled successfully');
      await expectBuilt(join(copy, 'dist'), async (page) => {
        await page.waitForFunction(() => document.querySelector('canvas')!.width === 16);
        const drawn = await page.evaluate(() => {
          const canvas = document.querySelector('canvas')!;
          return Array.from(canvas.getContext('2d')!.getImageData(0, 0, 16, 16).data);
        });
        const generator = await loadGenerator(model);
        const latent = generator.latent(7).slerp(generator.latent(8), 0.5);
        expect(drawn).toEqual(Array.from(toRgba(await generator.sample({ latent }))));
        generator.dispose();
      });
    },
    BUILD_MILLISECONDS,
  );

  it(
    "draws in Vite's development server",
    async () => {
      const copy = example('vite');
      const server = await createServer({
        root: copy,
        cacheDir: join(copy, '.vite'),
        logLevel: 'error',
        server: { host: '127.0.0.1', port: 0 },
      });
      try {
        await server.listen();
        await expectDrawn(server.resolvedUrls!.local[0]!);
      } finally {
        await server.close();
      }
    },
    BUILD_MILLISECONDS,
  );
});
