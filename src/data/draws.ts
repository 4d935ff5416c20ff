import { philox4x32 } from '../util/philox';

/** Marks the streams of this file among the other users of a seed: the counter's last word. */
const STREAM = 0x6b616c6c;

/**
 * The random numbers of one generated example: a pure function of (seed, index, order of the calls), so
 * examples can be made in any order and again. Data sets that must have nothing in common under the same seed
 * differ in `domain`.
 */
export class Draws {
  private readonly block = new Uint32Array(4);
  private used = 4;
  private counter = 0;
  private readonly seedLow: number;
  private readonly seedHigh: number;

  constructor(
    seed: number,
    private readonly index: number,
    private readonly domain = 0,
  ) {
    this.seedLow = seed >>> 0;
    this.seedHigh = Math.floor(seed / 2 ** 32) >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    if (this.used === 4) {
      philox4x32(this.block, this.seedLow, this.seedHigh, this.counter++, this.index, this.domain, STREAM);
      this.used = 0;
    }
    return this.block[this.used++]! * 2 ** -32;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.unit();
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** Standard normal. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }
}
