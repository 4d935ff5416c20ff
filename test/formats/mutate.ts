import { expect } from 'vitest';
import { Draws } from '../../src/data/draws';
import { FormatError } from '../../src/errors';

const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** Damages bytes in one of the ways files get damaged, or lie: a pure function of the seed. */
function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  const draws = new Draws(99, seed);
  const out = bytes.slice();
  // Half of the time near the start, where headers are.
  const at = (): number => draws.below(draws.unit() < 0.5 ? Math.min(64, out.length) : out.length);
  switch (draws.below(5)) {
    case 0:
      return out.subarray(0, draws.below(out.length));
    case 1:
      for (let n = draws.below(8); n >= 0; n--) out[at()] = draws.below(256);
      return out;
    case 2:
      for (let i = at(), n = draws.below(4); n >= 0 && i < out.length; n--, i++)
        out[i] = EDGES[draws.below(EDGES.length)]!;
      return out;
    case 3: {
      const middle = at();
      const more = new Uint8Array(out.length + 1 + draws.below(20)).fill(draws.below(256));
      more.set(out.subarray(0, middle));
      more.set(out.subarray(middle), more.length - (out.length - middle));
      return more;
    }
    default: {
      const from = at();
      out.copyWithin(at(), from, Math.min(out.length, from + 16));
      return out;
    }
  }
}

/** Each of `count` damaged copies is read, or refused with a one-line FormatError that names the file. */
export function survivesMutations(
  valid: Uint8Array,
  count: number,
  read: (bytes: Uint8Array) => unknown,
): void {
  let refused = 0;
  for (let seed = 0; seed < count; seed++) {
    try {
      read(mutate(valid, seed));
    } catch (error) {
      expect(error, `mutation ${seed}: ${error}`).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^\w+: 'file[^\n]*$/);
      refused++;
    }
  }
  // If nothing was refused, nothing was damaged.
  expect(refused).toBeGreaterThan(count / 20);
}
