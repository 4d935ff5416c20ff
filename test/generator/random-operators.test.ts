import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { loadGenerator } from '../../src/generator';

/** Two nodes of noise, as one [2, N]. */
function noiseFile(op: string, attributes: Record<string, number>): Uint8Array<ArrayBuffer> {
  const builder = new OnnxBuilder(17);
  const x = builder.input('x', [1, 20000]);
  const rows = [1, 2].map(() =>
    op.endsWith('Like')
      ? builder.node(op, [x], attributes)
      : builder.node(op, [], { ...attributes, shape: [1, 20000] }),
  );
  return builder.output(builder.node('Concat', rows, { axis: 0 }), [2, 20000]).toBytes();
}

async function rowsOf(file: Uint8Array<ArrayBuffer>, seed: number): Promise<Float32Array[]> {
  const generator = await loadGenerator(file);
  const x = { data: new Float32Array(20000), shape: [1, 20000] };
  const [output] = Object.values(await generator.run({ x }, { seed }));
  const data = Float32Array.from(output!.data);
  generator.dispose();
  return [data.slice(0, 20000), data.slice(20000)];
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

const deviation = (values: Float32Array) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

describe.each(['', 'Like'])('noise of a graph', (like) => {
  const normal = noiseFile(`RandomNormal${like}`, { mean: 3, scale: 0.5, seed: 1 });
  const uniform = noiseFile(`RandomUniform${like}`, { low: -2, high: 4 });

  it('is normal around the mean of the node', async () => {
    for (const row of await rowsOf(normal, 5)) {
      expect(mean(row)).toBeCloseTo(3, 1);
      expect(deviation(row)).toBeCloseTo(0.5, 1);
      // About 317 in 1000 lie beyond one deviation.
      const beyond = row.filter((value) => Math.abs(value - 3) > 0.5).length / row.length;
      expect(beyond).toBeCloseTo(0.317, 1);
    }
  });

  it('is uniform between low and high', async () => {
    for (const row of await rowsOf(uniform, 5)) {
      expect(mean(row)).toBeCloseTo(1, 0);
      expect(deviation(row)).toBeCloseTo(6 / Math.sqrt(12), 1);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(-2);
      expect(Math.min(...row)).toBeLessThan(-1.98);
      expect(Math.max(...row)).toBeLessThan(4);
      expect(Math.max(...row)).toBeGreaterThan(3.98);
    }
  });

  it('is that of the seed, and of its own for each node', async () => {
    const [first, second] = await rowsOf(normal, 5);
    expect(await rowsOf(normal, 5)).toEqual([first, second]);
    expect(first).not.toEqual(second);
    const [other] = await rowsOf(normal, 6);
    expect(other).not.toEqual(first);
    expect(other).not.toEqual(second);
  });
});
