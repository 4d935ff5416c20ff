import type { Given } from '../generator/feeds';
import type { Drawn, Painter } from './painter';
import { seedAfter } from './settings';

/** How a show goes on, asked anew before every step. */
export interface Pace {
  /** Milliseconds from one seed to the next; undefined: it does not change by itself now. */
  readonly interval: number | undefined;
  /** Morphs from one image to the next. */
  readonly morphs: boolean;
  readonly given: Readonly<Record<string, Given>> | undefined;
}

export interface ShowEvents {
  /** An image to put on the screen, of a morph or its end. */
  frame(drawn: Drawn): void;
  /** A seed's own image is on the screen. */
  arrive(seed: number, byItself: boolean): void;
  fail(error: unknown): void;
}

/** What is to be drawn next. */
interface Wanted {
  readonly seed: number;
  readonly byItself: boolean;
  readonly from: Float32Array | undefined;
  readonly start: number;
  readonly milliseconds: number;
}

/** Of a morph that the user asked for. */
const MORPH_MILLISECONDS = 600;

/** Draws one seed after the other with one model: one request at a time, and only the last of several wishes. */
export class Show {
  /** The last seed that was asked for. */
  private target = 0;
  private shown: number | undefined;
  private latent: Float32Array | undefined;
  private wanted: Wanted | undefined;
  private since = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: (() => void)[] = [];
  private busy = false;
  private failed = false;
  private stopped = false;

  constructor(
    private readonly painter: Painter,
    private readonly pace: () => Pace,
    private readonly on: ShowEvents,
  ) {}

  /** @returns when it is on the screen, or something else was asked for, or it failed. */
  go(seed: number, { byItself = false, anew = false } = {}): Promise<void> {
    const { interval, morphs } = this.pace();
    clearTimeout(this.timer);
    this.failed = false;
    this.target = seed;
    this.wanted = {
      seed,
      byItself,
      from: morphs && !anew ? this.latent : undefined,
      start: performance.now(),
      milliseconds: byItself ? (interval ?? 0) : MORPH_MILLISECONDS,
    };
    const arrived = new Promise<void>((resolve) => this.waiting.push(resolve));
    if (!this.busy) void this.run();
    return arrived;
  }

  step(steps: number, byItself = false): Promise<void> {
    return this.go(seedAfter(this.target, steps), { byItself });
  }

  /** Draws what is shown again, e.g. after something else is given. */
  redraw(): Promise<void> {
    return this.go(this.target, { anew: true });
  }

  /** Goes on, or waits, as the pace says now. */
  update(): void {
    clearTimeout(this.timer);
    if (this.stopped || this.busy || this.failed) return;
    const { interval, morphs } = this.pace();
    if (interval === undefined) return;
    if (this.shown !== this.target) void this.go(this.target, { byItself: true });
    else if (morphs) void this.step(1, true);
    else this.timer = setTimeout(() => this.step(1, true), this.since + interval - performance.now());
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.settle();
  }

  private async run(): Promise<void> {
    this.busy = true;
    try {
      while (this.wanted && !this.stopped) await this.draw(this.wanted);
    } catch (error) {
      this.wanted = undefined;
      this.failed = true;
      if (!this.stopped) this.on.fail(error);
    }
    this.busy = false;
    this.settle();
    this.update();
  }

  private async draw(wanted: Wanted): Promise<void> {
    const { seed, from, byItself } = wanted;
    const { interval, morphs, given } = this.pace();
    if (from && byItself && interval === undefined) {
      // Stays in between; `update` goes on from there.
      this.wanted = undefined;
      return;
    }
    const passed = (performance.now() - wanted.start) / wanted.milliseconds;
    const t = from && morphs && passed < 1 ? passed * passed * (3 - 2 * passed) : 1;
    // The next one is asked for when this one is on the screen, but not before the screen can change.
    const [drawn] = await Promise.all([
      this.painter.draw({ seed, given, from, t }),
      t < 1 ? nextFrame() : undefined,
    ]);
    if (this.stopped) return;
    this.latent = drawn.latent;
    this.shown = t < 1 ? undefined : seed;
    this.on.frame(drawn);
    if (t < 1 || this.wanted !== wanted) return;
    this.wanted = undefined;
    this.since = performance.now();
    this.on.arrive(seed, byItself);
  }

  private settle(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** In a hidden tab frames stop: then soon. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 200);
  });
}
