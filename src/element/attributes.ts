import type { Given } from '../generator/feeds';
import { readGiven, readInterval, readSeed } from './settings';

/** Where there is no page, as on a server that renders one, the class can be imported but not made. */
const Base = typeof HTMLElement === 'function' ? HTMLElement : (class {} as typeof HTMLElement);

/** The attributes of an element, as properties. */
export class Attributes extends Base {
  static readonly observedAttributes = [
    'src',
    'seed',
    'interval',
    'interpolate',
    'paused',
    'given',
    'alt',
    'width',
    'height',
  ];

  /** Address of the ONNX file. */
  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(src: string) {
    this.setAttribute('src', src);
  }

  /** Of the first image, a whole number; a new one is drawn at once. */
  get seed(): number {
    return readSeed(this.getAttribute('seed'));
  }
  set seed(seed: number) {
    this.setAttribute('seed', String(seed));
  }

  /** Milliseconds from one seed to the next; undefined: only when asked for. */
  get interval(): number | undefined {
    return readInterval(this.getAttribute('interval'));
  }
  set interval(interval: number | undefined) {
    this.reflect('interval', interval === undefined ? undefined : String(interval));
  }

  /** Morphs from one image to the next, through the latents between them. */
  get interpolate(): boolean {
    return this.hasAttribute('interpolate');
  }
  set interpolate(on: boolean) {
    this.toggleAttribute('interpolate', on);
  }

  get paused(): boolean {
    return this.hasAttribute('paused');
  }
  set paused(on: boolean) {
    this.toggleAttribute('paused', on);
  }

  /** What the generator is given besides the noise, by input: `{ label: 3 }`. */
  get given(): Readonly<Record<string, Given>> | undefined {
    return readGiven(this.getAttribute('given'));
  }
  set given(given: Readonly<Record<string, Given>> | undefined) {
    this.reflect('given', given && JSON.stringify(given));
  }

  /** Says what is shown, instead of the built-in words. */
  get alt(): string | null {
    return this.getAttribute('alt');
  }
  set alt(alt: string | null) {
    this.reflect('alt', alt ?? undefined);
  }

  /** What was set before the class was there hides its accessors. */
  protected takeEarlyProperties(): void {
    for (const name of Attributes.observedAttributes) {
      if (!Object.hasOwn(this, name)) continue;
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }

  private reflect(name: string, value: string | undefined): void {
    if (value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }
}
