import { philox4x32 } from './philox';

const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;

/** 32-bit FNV-1a of a text's UTF-16 units. */
function hash(text: string, offset: number): number {
  let value = offset;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), FNV_PRIME);
  return value >>> 0;
}

/**
 * A seed of its own for each thing that draws numbers, e.g. `deriveSeed(7, 'generator/2/kernel')`: the same
 * for the same seed and label, whatever else is drawn and in whatever order.
 *
 * @returns An integer in [0, 2⁵³).
 */
export function deriveSeed(seed: number, label: string): number {
  const words = new Uint32Array(4);
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  philox4x32(words, low, high, hash(label, FNV_OFFSET), hash(label, ~FNV_OFFSET), label.length, 0);
  return (words[1]! & 0x1fffff) * 2 ** 32 + words[0]!;
}
