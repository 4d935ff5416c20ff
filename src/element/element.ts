import { Attributes } from './attributes';
import { readSeed, readSize } from './settings';
import { type SharedModel, shareModel } from './shared-model';
import { type Pace, Show } from './show';
import { View } from './view';

/** `load`: the model is there. */
export type LoadEvent = CustomEvent<{
  /** False where no worker could start: then it draws on the page's thread. */
  readonly inWorker: boolean;
}>;

/** `draw`: a seed's own image is on the screen. */
export type DrawEvent = CustomEvent<{
  readonly seed: number;
  /** Because of `interval`. */
  readonly byItself: boolean;
}>;

/**
 * `<kallima-generator src="faces.onnx" seed="7" interval="800" interpolate>`: draws with a trained generator.
 *
 * Events: `load` ({@link LoadEvent}) once the model is there, `draw` ({@link DrawEvent}) when a seed's image is on the
 * screen, `error` (an ErrorEvent) when something is wrong, which is also shown in place.
 */
export class KallimaGenerator extends Attributes {
  private view: View | undefined;
  private model: SharedModel | undefined;
  private show: Show | undefined;
  private opening: Promise<void> | undefined;
  private onScreen = false;
  private motion: MediaQueryList | undefined;
  private observer: IntersectionObserver | undefined;
  private shownSeed: number | undefined;
  private attached = false;
  private settings: Pick<Pace, 'interval' | 'given'> = { interval: undefined, given: undefined };
  private readonly changed = new Set<string>();

  /** The seed whose image is on the screen; in a morph, where it began; undefined before the first. */
  get shown(): number | undefined {
    return this.shownSeed;
  }

  /**
   * Draws a seed's image, or the shown one again.
   *
   * @returns when it is on the screen, something else was asked for, or an `error` event told why not.
   */
  async draw(seed?: number): Promise<void> {
    await this.opening;
    await (seed === undefined ? this.show?.redraw() : this.show?.go(readSeed(String(seed))));
  }

  /** Draws the next seed's image. */
  async next(): Promise<void> {
    await this.step(1);
  }

  /** Draws the seed's before. */
  async previous(): Promise<void> {
    await this.step(-1);
  }

  connectedCallback(): void {
    if (this.attached) return;
    this.attached = true;
    this.takeEarlyProperties();
    this.makeView();
    this.motion = matchMedia('(prefers-reduced-motion: reduce)');
    this.motion.addEventListener('change', this.refresh);
    document.addEventListener('visibilitychange', this.refresh);
    this.observer = new IntersectionObserver((entries) => {
      this.onScreen = entries.at(-1)!.isIntersecting;
      this.refresh();
    });
    this.observer.observe(this);
    this.changed.clear();
    this.opening = this.open();
  }

  disconnectedCallback(): void {
    // One that is only moved is back by then.
    queueMicrotask(() => {
      if (this.isConnected || !this.attached) return;
      this.attached = false;
      this.motion?.removeEventListener('change', this.refresh);
      document.removeEventListener('visibilitychange', this.refresh);
      this.observer?.disconnect();
      this.onScreen = false;
      this.close();
      this.view?.clear();
    });
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected || !this.view) return;
    if (this.changed.size === 0) queueMicrotask(() => this.apply());
    this.changed.add(name);
  }

  /** Attributes that were set together take effect together. */
  private apply(): void {
    const has = (name: string) => this.changed.has(name);
    const [sized, moved, given, seed] = [
      has('width') || has('height'),
      has('src'),
      has('given'),
      has('seed'),
    ];
    this.changed.clear();
    if (!this.attached) return;
    if (sized) this.resize();
    if (moved || !this.show) {
      this.opening = this.open();
      return;
    }
    try {
      this.readSettings();
      if (seed) void this.show.go(this.seed, { anew: given });
      else if (given) void this.show.redraw();
    } catch (error) {
      this.close();
      this.fail(error);
    }
    this.refresh();
  }

  private async open(): Promise<void> {
    this.close();
    this.view!.loading();
    this.refresh();
    if (!this.src) return;
    let model: SharedModel | undefined;
    try {
      this.readSettings();
      model = this.model = shareModel(new URL(this.src, this.baseURI).href);
      const { painter, morphs } = await model.opened;
      if (this.model !== model) return;
      this.show = new Show(painter, () => this.pace(morphs), {
        frame: (drawn) => this.view!.show(drawn),
        arrive: (seed, byItself) => this.arrive(seed, byItself),
        fail: (error) => this.fail(error),
      });
      const event: LoadEvent = new CustomEvent('load', { detail: { inWorker: painter.inWorker } });
      this.dispatchEvent(event);
      void this.show?.go(this.seed);
    } catch (error) {
      if (this.model === model) this.fail(error);
    }
  }

  /** Wrong ones are told where an attribute changes, not in the middle of a show. */
  private readSettings(): void {
    this.settings = { interval: this.interval, given: this.given };
    readSeed(this.getAttribute('seed'));
  }

  private close(): void {
    this.show?.stop();
    this.model?.release();
    this.show = this.model = this.shownSeed = undefined;
  }

  private pace(canMorph: boolean): Pace {
    const calm = this.motion?.matches ?? false;
    const visible = this.onScreen && document.visibilityState === 'visible';
    const { interval, given } = this.settings;
    return {
      interval: this.paused || calm || !visible ? undefined : interval,
      morphs: this.interpolate && canMorph && visible && !calm,
      given,
    };
  }

  private arrive(seed: number, byItself: boolean): void {
    this.shownSeed = seed;
    this.tell(seed);
    const event: DrawEvent = new CustomEvent('draw', { detail: { seed, byItself } });
    this.dispatchEvent(event);
  }

  private fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.view?.fail(error.message);
    this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
  }

  private async step(steps: number): Promise<void> {
    await this.opening;
    await this.show?.step(steps);
  }

  private readonly refresh = (): void => {
    this.tell(this.shownSeed);
    this.show?.update();
  };

  private tell(seed: number | undefined): void {
    const changing = this.hasAttribute('interval') && !this.motion?.matches;
    this.view?.tell({ alt: this.alt ?? this.ariaLabel, seed, changing, paused: this.paused });
  }

  private makeView(): void {
    if (this.view) return;
    const step = async (steps: number) => {
      await this.step(steps);
      if (this.shownSeed !== undefined) this.view?.say(`Seed ${this.shownSeed}`);
    };
    this.view = new View(this.attachShadow({ mode: 'open', delegatesFocus: true }), {
      another: () => void step(1),
      step,
      pause: () => {
        this.paused = !this.paused;
      },
    });
    this.resize();
  }

  private resize(): void {
    this.view?.resize(readSize(this.getAttribute('width')), readSize(this.getAttribute('height')));
  }
}
