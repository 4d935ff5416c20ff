import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { loadGenerator } from '../../src/generator';

/** Deeper than the stack, if each node cost a call. */
const NODES = 10_000;

const SHAPE = [1, 2, 3];
const VALUES = Float32Array.of(1, -2, 3, 4, -5, 6);

/** One node after the other. */
async function through(node: (graph: OnnxBuilder, x: string) => string) {
  const graph = new OnnxBuilder();
  let x = graph.input('x', SHAPE);
  for (let i = 0; i < NODES; i++) x = node(graph, x);
  const generator = await loadGenerator(graph.output(x, undefined).toBytes());
  const outputs = await generator.run({ x: { data: VALUES, shape: SHAPE } });
  generator.dispose();
  return Object.values(outputs)[0]!;
}

describe('a chain of ten thousand nodes', () => {
  it('of views is one view', async () => {
    const expected = { data: VALUES, shape: SHAPE };
    expect(await through((graph, x) => graph.node('Transpose', [x], { perm: [0, 2, 1] }))).toEqual(expected);
    expect(await through((graph, x) => graph.node('Reshape', [x, graph.node('Shape', [x])]))).toEqual(
      expected,
    );
  });

  it('of arithmetic is done', async () => {
    const { data } = await through((graph, x) => graph.node('Neg', [x]));
    expect(data).toEqual(VALUES);
  });
});

describe('a small file', () => {
  it('cannot make numbers without end', async () => {
    const graph = new OnnxBuilder();
    let x = graph.input('x', [65_536]);
    const range = [0, 65_536, 1].map((number) => graph.constant([number], []));
    for (let i = 0; i < 200; i++) x = graph.node('Add', [x, graph.node('Range', range)]);
    const generator = await loadGenerator(graph.output(x, undefined).toBytes());
    const run = generator.run({ x: { data: new Float32Array(65_536), shape: [65_536] } });
    await expect(run).rejects.toThrow('a model must make at most 2097152 numbers of constants');
  });

  it('cannot compute without end', async () => {
    const graph = new OnnxBuilder();
    const half = graph.node('Expand', [graph.input('x', [1]), graph.integers([2 ** 26])]);
    let x = graph.node('Concat', [half, half], { axis: 0 });
    for (let i = 0; i < NODES; i++) x = graph.node('Neg', [x]);
    const generator = await loadGenerator(graph.output(x, undefined).toBytes());
    const run = generator.run({ x: { data: Float32Array.of(1), shape: [1] } });
    await expect(run).rejects.toThrow('at most 17592186044416 operations');
  });
});
