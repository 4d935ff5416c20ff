import type { Drawing } from './model';

/** For a browser to start, on a machine that does other things too. */
export const START_MILLISECONDS = 120_000;

/** A page of Playwright's or Puppeteer's. */
export interface AnyPage {
  evaluate(expression: string): Promise<unknown>;
}

/** Runs a function there; what it is given and returns are plain data. */
async function inPage<A, R>(page: AnyPage, run: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
  return (await page.evaluate(`(${run})(${JSON.stringify(argument)})`)) as R;
}

/** Waits until the n-th element shows the seed's image; an error in its place is thrown. */
export const shows = (page: AnyPage, seed: number, index = 0): Promise<void> =>
  waitFor(page, seed, seed, index);

/** Waits until the n-th element, which goes on by itself, has come to the seed or further. */
export const reaches = (page: AnyPage, seed: number, index = 0): Promise<void> =>
  waitFor(page, seed, Number.MAX_VALUE, index);

async function waitFor(page: AnyPage, first: number, last: number, index: number): Promise<void> {
  await inPage(
    page,
    async ([first, last, at]: number[]) => {
      await customElements.whenDefined('kallima-generator');
      const element = document.querySelectorAll('kallima-generator')[at!]!;
      const deadline = performance.now() + 20_000;
      while (!(element.shown! >= first! && element.shown! <= last!)) {
        const error = element.shadowRoot?.querySelector('[role=alert]:not([hidden])');
        if (error) throw new Error(`shown in place: ${error.textContent}`);
        if (performance.now() > deadline) throw new Error(`seed ${first}: still ${element.shown}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    [first, last, index],
  );
}

/** The pixels of the n-th element's canvas. */
export function drawnThere(page: AnyPage, index = 0): Promise<Drawing> {
  return inPage(
    page,
    (at: number) => {
      const element = document.querySelectorAll('kallima-generator')[at]!;
      const canvas = element.shadowRoot!.querySelector('canvas')!;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      return { width, height, pixels: Array.from(data) };
    },
    index,
  );
}
