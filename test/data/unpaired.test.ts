import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import type { DataSource } from '../../src/data/source';
import { unpaired } from '../../src/data/unpaired';
import { DataError } from '../../src/errors';
import { BatchStream } from '../../src/train/batches';

/** Example i of a domain is the number `first + i`, with a label that nobody asks for. */
function domain(name: string, first: number, size: number) {
  return arrayData(
    {
      label: { data: new Int32Array(size), shape: [] },
      x: { data: Float32Array.from({ length: size }, (_, i) => first + i), shape: [1] },
    },
    { name },
  );
}

const data = unpaired({ a: domain('few', 0, 3), b: domain('many', 100, 5) });

describe('unpaired', () => {
  it('has the size of the larger domain and a column for each', () => {
    expect(data.size).toBe(5);
    expect(data.shapes).toEqual({ a: [1], b: [1] });
    expect(data.name).toBe('few ↔ many');
    const { a, b } = data.read([0, 4]);
    expect([...a.data]).toEqual([0, 1]);
    expect([...b.data]).toEqual([100, 104]);
  });

  it.each([
    ['an empty domain', { ...domain('none', 0, 1), size: 0 }, /domain b \('none'\) must hold at least one/],
    ['no domain', undefined, /domain b must be a data source, got undefined/],
    [
      'a domain without images',
      { ...domain('bare', 0, 1), shapes: { label: [] } },
      /b \('bare'\).* got label/,
    ],
    [
      'another shape',
      arrayData({ x: { data: new Float32Array(4), shape: [4] } }, { name: 'wide' }),
      /one shape, got \[1\] in a \('few'\) and \[4\] in b \('wide'\); read both/,
    ],
  ])('refuses %s, naming it', (_, b, message) => {
    const make = () => unpaired({ a: domain('few', 0, 3), b: b as DataSource<'x'> });
    expect(make).toThrow(DataError);
    expect(make).toThrow(message);
  });
});

describe('BatchStream of an unpaired source', () => {
  function draw(stream: BatchStream, batches: number): { a: number[]; b: number[] } {
    const drawn = { a: [] as number[], b: [] as number[] };
    for (let i = 0; i < batches; i++) {
      const columns = stream.read();
      expect(Object.keys(columns)).toEqual(['a', 'b']);
      drawn.a.push(...columns.a!.values);
      drawn.b.push(...columns.b!.values);
    }
    return drawn;
  }

  it('draws each domain in its own epochs and its own order', () => {
    const { a, b } = draw(new BatchStream(data, 3, 1), 20);
    for (let epoch = 0; epoch < 20; epoch++) {
      expect([...a.slice(3 * epoch, 3 * epoch + 3)].sort()).toEqual([0, 1, 2]);
    }
    for (let epoch = 0; epoch < 12; epoch++) {
      expect([...b.slice(5 * epoch, 5 * epoch + 5)].sort()).toEqual([100, 101, 102, 103, 104]);
    }
    const equal = unpaired({ a: domain('one', 0, 50), b: domain('other', 0, 50) });
    const { a: first, b: second } = draw(new BatchStream(equal, 50, 1), 1);
    expect(first).not.toEqual(second);
  });

  it('goes on from the one number drawn', () => {
    const whole = draw(new BatchStream(data, 2, 1), 10);
    const rest = draw(new BatchStream(data, 2, 1, {}, 8), 6);
    expect(rest).toEqual({ a: whole.a.slice(8), b: whole.b.slice(8) });
  });
});
