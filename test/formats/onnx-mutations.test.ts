import { describe, expect, it } from 'vitest';
import { ALIGNMENT } from '../../assembly/abi/record';
import { KallimaError } from '../../src/errors';
import { readOnnx } from '../../src/formats/onnx/read';
import { CompiledGraph } from '../../src/generator/graph/compiled';
import { WHOLE } from '../../src/generator/graph/whole-toolbox';
import { startHost } from '../../src/generator/host';
import { FIXTURES } from '../generator/fixtures';
import { mutateOnnx, original } from './onnx-mutate';

const MUTATIONS = 10_000;
/** So large, and so like others, that they would only cost time. */
const LEFT_OUT = ['stylegan', 'stylegan-silent', 'plumbing-11', 'plumbing-16'];
/** A model of some kilobytes may ask for so much, and no more. */
const MOST_BYTES = 2 ** 26;

describe('a damaged model', () => {
  it('is loaded or refused, by an error of ours, in bounded memory', async () => {
    const host = await startHost(MOST_BYTES);
    const originals = FIXTURES.filter(({ name }) => !LEFT_OUT.includes(name)).map(({ name, bytes }) => ({
      name,
      ...original(bytes()),
    }));
    const seen = { refused: 0, read: 0, loaded: 0 };
    for (let seed = 0; seed < MUTATIONS; seed++) {
      const from = originals[seed % originals.length]!;
      const bytes = mutateOnnx(from, seed);
      try {
        const model = readOnnx(bytes);
        seen.read++;
        const shapes = model.inputs.map(
          ({ name, shape = [] }) => [name, shape.map((size) => Number(size) || 2)] as const,
        );
        new CompiledGraph(host, model, Object.fromEntries(shapes), WHOLE).dispose();
        seen.loaded++;
      } catch (error) {
        seen.refused++;
        // A stack costs more than the rest.
        if (error instanceof KallimaError && /^\w+: [^\n]{1,1000}$/.test(error.message)) continue;
        throw new Error(`${from.name}, mutation ${seed}`, { cause: error });
      }
    }
    // Everything was given back: the first address is free.
    expect(host.arena.allocate(1)).toBe(ALIGNMENT);
    expect(host.memory.buffer.byteLength).toBeLessThanOrEqual(MOST_BYTES);
    // All of these happen: damage that is noticed when reading, when lowering, and never.
    expect(seen.refused).toBeGreaterThan(MUTATIONS / 5);
    expect(seen.read).toBeGreaterThan(MUTATIONS / 5);
    expect(seen.loaded).toBeGreaterThan(MUTATIONS / 20);
  }, 300_000);
});
