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
  const names = new Map(graph.inputs.map(({ name, tensor }) => [writer.input(name, tensor), name]));
  for (const node of graph.nodes) {
    if (writer.isSkipped(node)) continue;
    const { kernel } = node;
    if (!Object.hasOwn(OPERATORS, kernel)) throw writer.unsupported(node);
    OPERATORS[kernel]!(writer, node);
  }
  names.set(writer.output(graph.output, outputName), outputName);
  const model = writer.builder.build(metadata, `kallima ${version}`);
  return withNames(model, names);
}

/** Whether the builder made a name up. */
const isMadeUp = (name: string) => /^v\d+$/.test(name);

/**
 * The model with its last names: values that are neither weights nor named so far are called after their operators.
 *
 * @param names of the inputs' values and the output's.
 */
function withNames(model: OnnxModel, names: Map<string, string>): OnnxModel {
  for (const [at, name] of [...model.initializers.keys()].entries()) {
    if (isMadeUp(name)) names.set(name, `/constant_${at}`);
  }
  for (const { name, outputs } of model.nodes) {
    for (const [at, output] of outputs.entries()) {
      if (!names.has(output)) names.set(output, outputs.length > 1 ? `/${name}/${at}` : `/${name}`);
    }
  }
  const change = (name: string) => names.get(name) ?? name;
  const nodes = model.nodes.map((node): OnnxNode => {
    return { ...node, inputs: node.inputs.map(change), outputs: node.outputs.map(change) };
  });
  const initializers = [...model.initializers].map(([name, tensor]) => [change(name), tensor] as const);
  const inputs = model.inputs.map((input) => ({ ...input, name: change(input.name) }));
  return { ...model, nodes, inputs, initializers: new Map(initializers) };
}
