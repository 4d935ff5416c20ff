import { describe, expect, it } from 'vitest';
import { philox4x32, philoxNormal, philoxUniform } from '../../src/util/philox';

// Counter, key and output as published with Random123 (tests/kat_vectors, `philox4x32 10`).
const KNOWN = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe('philox4x32', () => {
  it.each(KNOWN)('gives the published words for counter $counter', ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    philox4x32(out, key[0], key[1], counter[0], counter[1], counter[2], counter[3]);
    expect([...out]).toEqual(words);
  });
});

describe('philoxUniform and philoxNormal', () => {
  it('give a prefix when fewer numbers are asked for', () => {
    const key = { seed: 2 ** 40 + 3, draw: 2 ** 33 + 5 };
    for (const make of [philoxUniform, philoxNormal]) {
      const long = make(13, key);
      for (const count of [0, 1, 2, 3, 4, 5, 7]) expect(make(count, key)).toEqual(long.slice(0, count));
    }
  });

  it('depend on both halves of seed and draw', () => {
    const first = (seed: number, draw: number) => philoxUniform(1, { seed, draw })[0];
    const values = new Set([first(0, 0), first(1, 0), first(2 ** 32, 0), first(0, 1), first(0, 2 ** 32)]);
    expect(values.size).toBe(5);
  });
});
