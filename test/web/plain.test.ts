import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtFolder } from './support/built';
import { launchChromium } from './support/chromium';
import { drawnHere, pictureModel } from './support/model';
import { drawnThere, START_MILLISECONDS, shows } from './support/page';
import { type Server, type Site, STRICT_POLICY, serve } from './support/serve';

const model = pictureModel();
const PACKAGE = '/node_modules/kallima/dist/';

describe('the built element in Chromium', () => {
  let browser: Browser;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  }, START_MILLISECONDS);
  afterAll(async () => {
    for (const each of open) await each.close();
    await browser.close();
  });

  const site = async (options: Site = {}): Promise<Server> => {
    const server = await serve({
      ...options,
      folders: { '/': 'web/plain/', [PACKAGE]: `${builtFolder()}/`, ...options.folders },
      files: { '/faces.onnx': model, ...options.files },
    });
    open.push(server);
    return server;
  };
  const visit = async (url: string): Promise<Page & { problems: string[] }> => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    open.unshift(page);
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        document.documentElement.dataset.shifts = String(list.getEntries().length);
      }).observe({ type: 'layout-shift', buffered: true });
      // Whatever compiles on the page's own thread is remembered.
      const own = WebAssembly.compile;
      WebAssembly.compile = (...bytes) => {
        document.documentElement.dataset.compiled = 'yes';
        return own(...bytes);
      };
      document.addEventListener(
        'load',
        (event) => {
          if (event instanceof CustomEvent) document.documentElement.dataset.inWorker = event.detail.inWorker;
        },
        true,
      );
    });
    await page.goto(url);
    return Object.assign(page, { problems });
  };
  const where = (page: Page) => page.evaluate(() => ({ ...document.documentElement.dataset }));

  it('draws the example page under a strict policy, in a worker, the pixels that Node draws', async () => {
    const server = await site({ headers: { 'content-security-policy': STRICT_POLICY } });
    const page = await visit(`${server.origin}/`);
    for (const seed of [1, 2, 3, 4]) {
      await shows(page, seed, seed);
      expect(await drawnThere(page, seed)).toEqual(await drawnHere(model, { seed }));
    }
    expect(await where(page)).toEqual({ inWorker: 'true' });
    expect(page.problems).toEqual([]);
    expect(server.asked.filter((path) => path === '/faces.onnx')).toHaveLength(1);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  });

  const pageOf = (script: string) =>
    `<!doctype html><script type="module" src="${script}"></script><kallima-generator src="/faces.onnx" seed="7"></kallima-generator>`;

  it('draws from another origin, in a worker', async () => {
    const cdn = await site({ headers: { 'access-control-allow-origin': '*' } });
    const server = await site({ files: { '/index.html': pageOf(`${cdn.origin}${PACKAGE}element.js`) } });
    const page = await visit(`${server.origin}/index.html`);
    await shows(page, 7);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 7 }));
    expect(await where(page)).toEqual({ inWorker: 'true' });
    expect(page.problems).toEqual([]);
  });

  it('draws in the page where a worker from another origin may not start', async () => {
    const cdn = await site({ headers: { 'access-control-allow-origin': '*' } });
    const server = await site({
      files: { '/index.html': pageOf(`${cdn.origin}${PACKAGE}element.js`) },
      headers: { 'content-security-policy': STRICT_POLICY.replaceAll("'self'", `'self' ${cdn.origin}`) },
    });
    const page = await visit(`${server.origin}/index.html`);
    await shows(page, 7);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 7 }));
    expect(await where(page)).toEqual({ inWorker: 'false', compiled: 'yes' });
  });

  it('draws in the page where no worker may start', async () => {
    const server = await site({
      files: { '/index.html': pageOf(`${PACKAGE}element.js`) },
      headers: { 'content-security-policy': STRICT_POLICY.replace("worker-src 'self'", "worker-src 'none'") },
    });
    const page = await visit(`${server.origin}/index.html`);
    await shows(page, 7);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 7 }));
    expect(await where(page)).toEqual({ inWorker: 'false', compiled: 'yes' });
  });
});
