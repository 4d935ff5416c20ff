import type { OnnxModel, OnnxNode } from '../../formats/onnx/model';
import { version } from '../../version';
import type { TracedGraph } from '../traced-graph';
import { CONVOLUTIONS } from './convolutions';
import { ELEMENTWISE } from './elementwise';
import { NORMALIZATIONS } from './normalization';
import type { OnnxOperators } from './operator';
import { PRODUCTS } from './products';
import { REDUCTIONS } from './reductions';
import { SHAPES } from './shapes';
import { simplify } from './simplify';
import { unfuse } from './unfuse';
import { OnnxWriter, type WriterOptions } from './writer';

const OPERATORS: OnnxOperators = {
  ...CONVOLUTIONS,
  ...ELEMENTWISE,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SHAPES,
  ...NORMALIZATIONS,
};

/**
 * A traced graph as an ONNX model of opset 17. Images are `[N, C, H, W]`, and their number is open.
 *
 * @param outputName of the samples.
 * @throws {UnsupportedOpError} naming a kernel that has no counterpart.
 */
export function writeGraph(
  traced: TracedGraph,
  outputName: string,
  metadata: Readonly<Record<string, string>>,
  options: WriterOptions,
): OnnxModel {
  const graph = simplify(unfuse(traced));
  const writer = new OnnxWriter(graph, options);
  for (const { name, tensor } of graph.inputs) writer.input(name, tensor);
  for (const node of graph.nodes) {
    if (writer.isSkipped(node)) continue;
    const { kernel } = node;
    if (!Object.hasOwn(OPERATORS, kernel)) throw writer.unsupported(node);
    OPERATORS[kernel]!(writer, node);
  }
  const value = writer.output(graph.output, outputName);
  const model = writer.builder.build(metadata, `kallima ${version}`);
  return { ...model, nodes: renamed(model.nodes, value, outputName) };
}

/** The nodes with another name for one value. */
function renamed(nodes: readonly OnnxNode[], from: string, to: string): OnnxNode[] {
  const change = (names: readonly string[]) => names.map((name) => (name === from ? to : name));
  return nodes.map((node) => ({ ...node, inputs: change(node.inputs), outputs: change(node.outputs) }));
}
