import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFirefox } from '../../scripts/find-firefox.js';
import { builtFolder } from './support/built';
import { drawnHere, pictureModel } from './support/model';
import { drawnThere, START_MILLISECONDS, shows } from './support/page';
import { type Server, type Site, STRICT_POLICY, serve } from './support/serve';

describe('the built element in Firefox', () => {
  const model = pictureModel();
  const servers: Server[] = [];
  let browser: Browser;

  const site = async (options: Site): Promise<string> => {
    const server = await serve({
      folders: { '/': 'web/plain/', '/node_modules/kallima/dist/': `${builtFolder()}/` },
      ...options,
      files: { '/faces.onnx': model, ...options.files },
    });
    servers.push(server);
    return server.origin;
  };

  beforeAll(async () => {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: findFirefox(),
      headless: true,
      timeout: START_MILLISECONDS,
    });
  }, START_MILLISECONDS);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
  });

  // Since 145 it has relaxed SIMD, as Node has here: the same kernels.
  it('draws the example page under a strict policy, the pixels that Node draws', async () => {
    const page = await browser.newPage();
    await page.goto(`${await site({ headers: { 'content-security-policy': STRICT_POLICY } })}/`);
    for (const seed of [1, 2, 3, 4]) {
      await shows(page, seed, seed);
      expect(await drawnThere(page, seed)).toEqual(await drawnHere(model, { seed }));
    }
    await page.close();
  });

  it('draws from another origin, in a worker', async () => {
    const cdn = await site({ headers: { 'access-control-allow-origin': '*' } });
    const text = `<!doctype html>
      <script>
        document.addEventListener('load', ({ detail }) => {
          if (detail) document.documentElement.lang = 'in ' + (detail.inWorker ? 'a worker' : 'the page');
        }, true);
      </script>
      <script type="module" src="${cdn}/node_modules/kallima/dist/element.js"></script>
      <kallima-generator src="/faces.onnx" seed="7"></kallima-generator>`;
    const page = await browser.newPage();
    await page.goto(`${await site({ files: { '/index.html': text } })}/index.html`);
    await shows(page, 7);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 7 }));
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('in a worker');
    await page.close();
  });
});
