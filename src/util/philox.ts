/**
 * Philox 4×32-10, a counter-based random generator: block `i` of draw `d` under a seed is a pure function
 * of the three, so a seed fixes everything and nothing has to be drawn in order. The wasm kernel computes
 * the same bits; this file is its reference and serves the other backends.
 *
 * @see Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3, https://doi.org/10.1145/2063384.2063405
 */
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of the unsigned product of two 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** Four random words for a 64-bit key and a 128-bit counter, written to `out[0..3]`. */
export function philox4x32(
  out: Uint32Array,
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, counter0);
    const low0 = Math.imul(MULTIPLIER_0, counter0);
    const high1 = multiplyHigh(MULTIPLIER_1, counter2);
    const low1 = Math.imul(MULTIPLIER_1, counter2);
    counter0 = (high1 ^ counter1 ^ key0) >>> 0;
    counter1 = low1 >>> 0;
    counter2 = (high0 ^ counter3 ^ key1) >>> 0;
    counter3 = low0 >>> 0;
    key0 = (key0 + WEYL_0) >>> 0;
    key1 = (key1 + WEYL_1) >>> 0;
  }
  out[0] = counter0;
  out[1] = counter1;
  out[2] = counter2;
  out[3] = counter3;
}

/** A position in the stream of draws: `seed` and `draw` are split into 32-bit halves. */
export interface DrawKey {
  readonly seed: number;
  readonly draw: number;
}

const block = new Uint32Array(4);

function eachBlock(count: number, { seed, draw }: DrawKey, use: (first: number) => void): void {
  const seedLow = seed >>> 0;
  const seedHigh = Math.floor(seed / 2 ** 32) >>> 0;
  const drawLow = draw >>> 0;
  const drawHigh = Math.floor(draw / 2 ** 32) >>> 0;
  for (let first = 0; first < count; first += 4) {
    philox4x32(block, seedLow, seedHigh, first >>> 2, drawLow, drawHigh, 0);
    use(first);
  }
}

/** `count` numbers uniform in [0, 1): the top 24 bits of each word times 2⁻²⁴. */
export function philoxUniform(count: number, key: DrawKey): Float32Array {
  const out = new Float32Array(count);
  eachBlock(count, key, (first) => {
    for (let i = 0; i < 4 && first + i < count; i++) out[first + i] = (block[i]! >>> 8) * 2 ** -24;
  });
  return out;
}

/**
 * `count` standard normal numbers by Box and Muller: words 0, 1 of a block give numbers 0, 1 and words
 * 2, 3 give 2, 3, as `r cos θ, r sin θ` with `r = √(−2 ln u)`, `u = (word + 1) · 2⁻²⁴` in (0, 1] and
 * `θ = 2π · word · 2⁻²⁴`, `word` being the top 24 bits.
 */
export function philoxNormal(count: number, key: DrawKey): Float32Array {
  const out = new Float32Array(count);
  eachBlock(count, key, (first) => {
    for (let i = 0; i < 4; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(((block[i]! >>> 8) + 1) * 2 ** -24));
      const angle = 2 * Math.PI * ((block[i + 1]! >>> 8) * 2 ** -24);
      if (first + i < count) out[first + i] = radius * Math.cos(angle);
      if (first + i + 1 < count) out[first + i + 1] = radius * Math.sin(angle);
    }
  });
  return out;
}
