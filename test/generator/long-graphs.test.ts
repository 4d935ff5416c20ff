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
