import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFirefox } from '../../scripts/find-firefox.js';
import { builtFolder } from './support/built';
import { drawnHere, pictureModel } from './support/model';
import { drawnThere, shows } from './support/page';
import { type Server, serve } from './support/serve';

describe('the built element in Firefox', () => {
  const model = pictureModel();
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    server = await serve({
      folders: { '/': 'web/plain/', '/node_modules/kallima/dist/': `${builtFolder()}/` },
      files: { '/faces.onnx': model },
    });
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: findFirefox(), headless: true });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  // Since 145 it has relaxed SIMD, as Node has here: the same kernels.
  it('draws the example page, the pixels that Node draws', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/`);
    for (const seed of [1, 2, 3, 4]) {
      await shows(page, seed, seed);
      expect(await drawnThere(page, seed)).toEqual(await drawnHere(model, { seed }));
    }
    await page.close();
  });
});
