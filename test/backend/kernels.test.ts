import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../src/backend/kernels/index';

describe('families of kernels', () => {
  it('serve each kernel once', () => {
    const names = FAMILIES.flatMap((family) => Object.keys(family));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
