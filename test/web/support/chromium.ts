import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '../../../scripts/find-chromium.js';
import type { Drawing } from './model';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

/** Waits until the n-th element shows the seed's image, or an error. */
export async function shows(page: Page, seed: number, index = 0): Promise<void> {
  await page.waitForFunction(
    ([wanted, at]) => {
      const element = document.querySelectorAll('kallima-generator')[at!];
      if (!element || !('shown' in element)) return false;
      const error = element.shadowRoot?.querySelector('[role=alert]:not([hidden])');
      if (error) throw new Error(`shown in place: ${error.textContent}`);
      return element.shown === wanted;
    },
    [seed, index],
  );
}

/** The pixels of the n-th element's canvas. */
export function drawnThere(page: Page, index = 0): Promise<Drawing> {
  return page.evaluate((at) => {
    const element = document.querySelectorAll('kallima-generator')[at]!;
    const canvas = element.shadowRoot!.querySelector('canvas')!;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    return { width, height, pixels: Array.from(data) };
  }, index);
}
