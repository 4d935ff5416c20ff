import { OP_RANDOM_NORMAL, OP_RANDOM_UNIFORM, OP_RANDOM_WORDS } from '../../../assembly/abi/random';
import { RECORD_ARGS } from '../../../assembly/abi/record';
import type { DrawKey } from '../../util/philox';
import type { Recorder } from '../recorder';

/** Numbers that are worth a thread of their own. */
const PART_ELEMENTS = 8192;

const partsOf = (length: number): number => Math.max(1, Math.floor(length / PART_ELEMENTS));

const doubleWord = new Float64Array(1);
const intWords = new Int32Array(doubleWord.buffer);

/** The two words of an f64, low first, for a record's parameters. */
function f64Bits(value: number): [number, number] {
  doubleWord[0] = value;
  return [intWords[0]!, intWords[1]!];
}

/** Seed and draw as the words of Philox's key and counter: see src/util/philox.ts. */
function keyWords({ seed, draw }: DrawKey): number[] {
  return [seed, Math.floor(seed / 2 ** 32), draw, Math.floor(draw / 2 ** 32)].map((word) => word | 0);
}

/** Seed and draw of a record of this family, from its parameters. */
export function randomKey(params: readonly number[]): DrawKey {
  const [, seedLow, seedHigh, drawLow, drawHigh] = params as [number, number, number, number, number];
  const join = (low: number, high: number) => (low >>> 0) + (high >>> 0) * 2 ** 32;
  return { seed: join(seedLow, seedHigh), draw: join(drawLow, drawHigh) };
}

/**
 * Sets the draw of a record of this family that lies in memory.
 *
 * @param words the memory. @param record index of the record's first word.
 */
export function patchRandom(words: Int32Array, record: number, draw: number): void {
  // Behind the output's pointer: length, seed (two words), draw (two words).
  const at = record + RECORD_ARGS + 4;
  words[at] = draw | 0;
  words[at + 1] = Math.floor(draw / 2 ** 32) | 0;
}

/** The raw 32-bit words of Philox 4×32-10, `length` of them at `y`. */
export function recordRandomWords(recorder: Recorder, y: number, length: number, key: DrawKey): void {
  recorder.emit(OP_RANDOM_WORDS, [y], [], [length, ...keyWords(key)], partsOf(length));
}

/** `length` numbers uniform in [minimum, maximum): the bits of `philoxUniform`, scaled in f64. */
export function recordRandomUniform(
  recorder: Recorder,
  y: number,
  length: number,
  key: DrawKey,
  minimum = 0,
  maximum = 1,
): void {
  const params = [length, ...keyWords(key), ...f64Bits(minimum), ...f64Bits(maximum - minimum)];
  recorder.emit(OP_RANDOM_UNIFORM, [y], [], params, partsOf(length));
}

/** `length` standard normal numbers: `philoxNormal` within 4 ULP. */
export function recordRandomNormal(recorder: Recorder, y: number, length: number, key: DrawKey): void {
  recorder.emit(OP_RANDOM_NORMAL, [y], [], [length, ...keyWords(key)], partsOf(length));
}
