import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KallimaGenerator } from '../../src/element';
import { builtFolder } from './support/built';
import { launchChromium } from './support/chromium';
import { drawnHere, pictureModel } from './support/model';
import { drawnThere, reaches, START_MILLISECONDS, shows } from './support/page';
import { type Server, serve } from './support/serve';

const model = pictureModel();
const tinted = pictureModel({ tint: true });

const BLANK = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title>
<script type="module" src="/dist/element.js"></script>
<body style="margin: 0"><div id="place"></div><p>After it</p></body></html>`;

describe('<kallima-generator>', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    server = await serve({
      folders: { '/dist/': `${builtFolder()}/` },
      files: {
        '/blank.html': BLANK,
        '/late.html': '<!doctype html><kallima-generator></kallima-generator>',
        '/a.onnx': model,
        '/b.onnx': pictureModel({ size: 32 }),
        '/tinted.onnx': tinted,
        '/page.onnx': '<!doctype html><title>Not here</title>',
        '/damaged.onnx': model.slice(0, 900),
      },
    });
    browser = await launchChromium();
  }, START_MILLISECONDS);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`${server.origin}/blank.html`);
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  /** Puts elements on the page. */
  const put = (html: string) =>
    page.evaluate((text) => {
      document.querySelector('#place')!.innerHTML = text;
    }, html);
  const set = (attributes: Record<string, string | null>) =>
    page.evaluate((changes) => {
      const element = document.querySelector('kallima-generator')!;
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
      }
    }, attributes);
  const shown = (index = 0) =>
    page.evaluate((at) => document.querySelectorAll('kallima-generator')[at]!.shown, index);
  const picture = () => page.locator('kallima-generator button[aria-describedby]');
  const alert = () => page.locator('kallima-generator [role=alert]:not([hidden])');
  const frames = (milliseconds: number) =>
    page.evaluate((time) => new Promise<void>((resolve) => setTimeout(resolve, time)), milliseconds);

  it('goes on by click, Enter, Space and arrows, and back', async () => {
    await put('<kallima-generator src="a.onnx" seed="7"></kallima-generator>');
    await shows(page, 7);
    await picture().click();
    await shows(page, 8);
    await page.keyboard.press('Enter');
    await shows(page, 9);
    await page.keyboard.press('Space');
    await shows(page, 10);
    await page.keyboard.press('ArrowRight');
    await shows(page, 11);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await shows(page, 9);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 9 }));
  });

  it('goes back from seed 0 to the last, and on', async () => {
    await put('<kallima-generator src="a.onnx"></kallima-generator>');
    await shows(page, 0);
    await page.evaluate(() => document.querySelector('kallima-generator')!.previous());
    expect(await shown()).toBe(4294967295);
    await page.evaluate(() => document.querySelector('kallima-generator')!.next());
    expect(await shown()).toBe(0);
  });

  it('is a focusable button whose name says what is shown', async () => {
    await put('<kallima-generator src="a.onnx" seed="7"></kallima-generator>');
    await shows(page, 7);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.localName)).toBe('kallima-generator');
    await page.getByRole('button', { name: 'Generated image, seed 7', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Generated image, seed 8', exact: true }).waitFor();
    expect(await page.locator('body').ariaSnapshot()).toBe(
      '- button "Generated image, seed 8"\n- status: Seed 8\n- paragraph: After it',
    );
    const outline = await picture().evaluate((button) => getComputedStyle(button).outlineStyle);
    expect(outline).toBe('solid');
    await set({ alt: 'A face' });
    await page.getByRole('button', { name: 'A face', exact: true }).waitFor();
  });

  it('goes on by itself, does not chatter, and pauses', async () => {
    await put('<kallima-generator src="a.onnx" seed="7" interval="50"></kallima-generator>');
    await reaches(page, 9);
    await page.getByRole('button', { name: 'Generated image, changing', exact: true }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await frames(100);
    const still = await shown();
    await page.getByRole('button', { name: `Generated image, seed ${still}`, exact: true }).waitFor();
    await frames(300);
    expect(await shown()).toBe(still);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await reaches(page, still! + 2);
  });

  it('morphs from one image to the next, and ends at the image of the seed', async () => {
    await put('<kallima-generator src="a.onnx" seed="7" interpolate></kallima-generator>');
    await shows(page, 7);
    const seen = await page.evaluate(async () => {
      const element = document.querySelector('kallima-generator')!;
      const canvas = element.shadowRoot!.querySelector('canvas')!;
      const states = new Set<string>();
      let done = false;
      const arrived = element.next().then(() => {
        done = true;
      });
      while (!done) {
        states.add(canvas.toDataURL());
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      await arrived;
      return states.size;
    });
    expect(seen).toBeGreaterThan(3);
    await shows(page, 8);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 8 }));
  });

  it('stays where it is in the middle of a morph while it is paused', async () => {
    await put('<kallima-generator src="a.onnx" seed="7" interval="600" interpolate></kallima-generator>');
    await reaches(page, 8);
    await frames(200);
    await set({ paused: '' });
    await frames(100);
    const [seed, middle] = [await shown(), await drawnThere(page)];
    for (const end of [seed!, seed! + 1]) expect(middle).not.toEqual(await drawnHere(model, { seed: end }));
    await frames(300);
    expect(await drawnThere(page)).toEqual(middle);
    await set({ paused: null });
    await reaches(page, seed! + 1);
  });

  it('keeps still where less motion is wanted, but goes on by click', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await put('<kallima-generator src="a.onnx" seed="7" interval="50" interpolate></kallima-generator>');
    await shows(page, 7);
    await frames(300);
    expect(await shown()).toBe(7);
    await picture().click();
    await shows(page, 8);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await reaches(page, 10);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await frames(100);
    const still = await shown();
    await frames(300);
    expect(await shown()).toBe(still);
  });

  it('rests while it is out of sight', async () => {
    await put(`<kallima-generator src="a.onnx" interval="40"></kallima-generator><div style="height: 4000px"></div>
      <kallima-generator src="a.onnx" interval="40"></kallima-generator>`);
    await reaches(page, 6, 0);
    expect(await shown(1)).toBe(0);
    await page.evaluate(() => scrollTo(0, 4000));
    await reaches(page, 6, 1);
  });

  it('tells in place what is wrong, by an event too, and recovers', async () => {
    await page.evaluate(() => {
      document.addEventListener(
        'error',
        (event) => {
          if (event instanceof ErrorEvent) document.title += `|${event.message}`;
        },
        true,
      );
    });
    const cases: [Record<string, string | null>, RegExp][] = [
      [{ src: 'missing.onnx' }, /404/],
      [{ src: 'page.onnx' }, /must be an ONNX model, got an? .*page/i],
      [{ src: 'damaged.onnx' }, /readOnnx|loadGenerator/],
      [{ src: 'http://127.0.0.1:1/a.onnx' }, /127\.0\.0\.1:1/],
      [{ src: 'tinted.onnx' }, /given must have 'tint'/],
      [{ src: 'a.onnx', seed: 'x' }, /seed must be a whole number from 0 to 4294967295, got 'x'/],
      [{ seed: '7', interval: 'soon' }, /interval must be milliseconds, 0 or more, got 'soon'/],
      [{ interval: null, given: '{' }, /given must be JSON of an object, as \{"label": 3\}, got '\{'/],
    ];
    await put('<kallima-generator src="a.onnx"></kallima-generator>');
    await shows(page, 0);
    for (const [attributes, message] of cases) {
      await set(attributes);
      await alert().filter({ hasText: message }).waitFor();
      expect(await page.title()).toMatch(message);
      expect(await picture().isVisible()).toBe(false);
    }
    await set({ given: null });
    await shows(page, 7);
    expect(await alert().count()).toBe(0);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 7 }));
  });

  it('draws what it is given', async () => {
    await put(`<kallima-generator src="tinted.onnx" seed="3" given='{"tint":[1,0,-1]}'></kallima-generator>`);
    await shows(page, 3);
    expect(await drawnThere(page)).toEqual(await drawnHere(tinted, { seed: 3, given: { tint: [1, 0, -1] } }));
    await page.evaluate(async () => {
      const element = document.querySelector('kallima-generator')!;
      element.given = { tint: [0, 2, 0] };
      await Promise.resolve();
      await new Promise((resolve) => element.addEventListener('draw', resolve, { once: true }));
    });
    expect(await drawnThere(page)).toEqual(await drawnHere(tinted, { seed: 3, given: { tint: [0, 2, 0] } }));
  });

  it('moves nothing when the model arrives', async () => {
    await page.evaluate(() => {
      document.title = '0';
      new PerformanceObserver((list) => {
        document.title = String(Number(document.title) + list.getEntries().length);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const box = () => page.locator('kallima-generator').boundingBox();
    await put('<kallima-generator width="200" height="100"></kallima-generator>');
    const before = await box();
    expect(before).toMatchObject({ width: 200, height: 100 });
    await frames(100);
    const start = await page.title();
    await set({ src: 'b.onnx' });
    await shows(page, 0);
    await frames(100);
    expect(await box()).toEqual(before);
    expect(await page.title()).toBe(start);
    await set({ src: 'missing.onnx' });
    await alert().waitFor();
    expect(await box()).toEqual(before);
    await set({ width: '64', height: null });
    await page.waitForFunction(() => document.querySelector('kallima-generator')!.clientHeight === 64);
  });

  it('follows the last of many changes', async () => {
    await put('<kallima-generator src="a.onnx" seed="1"></kallima-generator>');
    await page.evaluate(async () => {
      const element = document.querySelector('kallima-generator')!;
      for (const [i, src] of ['b.onnx', 'a.onnx', 'missing.onnx', 'b.onnx', 'a.onnx'].entries()) {
        element.src = src;
        element.seed = i;
        await new Promise((resolve) => setTimeout(resolve, 3 * i));
      }
      for (let i = 0; i < 20; i++) void element.next();
    });
    await shows(page, 24);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 24 }));
  });

  it('shares a worker among elements of one model, and ends it with the last', async () => {
    await put(
      '<kallima-generator src="a.onnx" seed="1"></kallima-generator><kallima-generator src="a.onnx" seed="2"></kallima-generator>',
    );
    await shows(page, 1, 0);
    await shows(page, 2, 1);
    expect(page.workers()).toHaveLength(1);
    const [worker] = page.workers();
    // Moved, it stays what it was.
    await page.evaluate(() => document.body.prepend(document.querySelector('kallima-generator')!));
    await page.evaluate(() => document.querySelector('kallima-generator')!.next());
    await shows(page, 2, 0);
    expect(page.workers()).toEqual([worker]);
    await page.evaluate(() => document.querySelector('kallima-generator')!.remove());
    await frames(50);
    expect(page.workers()).toEqual([worker]);
    const closed = worker!.waitForEvent('close');
    await put('');
    await closed;
    expect(page.workers()).toEqual([]);
    await put('<kallima-generator src="a.onnx" seed="5"></kallima-generator>');
    await shows(page, 5);
  });

  it('draws a file that the user chose', async () => {
    await put('<kallima-generator seed="4"></kallima-generator>');
    await page.evaluate(async () => {
      const file = await (await fetch('a.onnx')).blob();
      document.querySelector('kallima-generator')!.src = URL.createObjectURL(file);
    });
    await shows(page, 4);
    expect(await drawnThere(page)).toEqual(await drawnHere(model, { seed: 4 }));
  });

  it('takes properties that were set before the script was there', async () => {
    await page.goto(`${server.origin}/late.html`);
    await page.evaluate(async () => {
      Object.assign(document.querySelector('kallima-generator')!, { src: 'a.onnx', seed: 6 });
      const script = document.createElement('script');
      Object.assign(script, { type: 'module', src: '/dist/element.js' });
      document.head.append(script);
    });
    await shows(page, 6);
    expect(await page.locator('kallima-generator').getAttribute('seed')).toBe('6');
  });

  it('has its attributes as properties', async () => {
    const found = await page.evaluate(() => {
      const element: KallimaGenerator = document.createElement('kallima-generator');
      const defaults = [element.src, element.seed, element.interval, element.interpolate, element.paused];
      Object.assign(element, { src: 'a.onnx', seed: 3, interval: 100, interpolate: true, paused: true });
      Object.assign(element, { alt: 'Faces', given: { label: 3 } });
      return { defaults, html: element.outerHTML, given: element.given };
    });
    expect(found).toEqual({
      defaults: ['', 0, undefined, false, false],
      html: '<kallima-generator src="a.onnx" seed="3" interval="100" interpolate="" paused="" alt="Faces" given="{&quot;label&quot;:3}"></kallima-generator>',
      given: { label: 3 },
    });
  });
});
