import { GENERATOR_METADATA_KEY, type GeneratorMetadata } from '../../formats/generator-metadata';
import { version } from '../../version';
import { isOpen, type TracedGraph, type TracedShape, type TracedTensor } from '../traced-graph';
import { Call } from './call';
import { DATA_TYPES, GraphWriter, shapeProto } from './graph-def';
import { lower } from './kernels';
import { packWeights } from './weights';

/** The file that `loadGraphModel` is given; the others lie beside it. */
const GRAPH_MODEL_FILE = 'model.json';

export interface GraphModelOptions {
  /** Names the graph's inputs, in their order, and its output; kept in the file, with shapes as TF.js has them. */
  readonly metadata: GeneratorMetadata;
  /** Write kernels and other weights of rank 2 and more as float16; default false. */
  readonly half?: boolean;
}

/**
 * Writes a generator as a graph model of TF.js: `model.json` and weights in files of 4 MB.
 *
 * @returns the files by name.
 * @throws {UnsupportedOpError} if graph models have no operator for a kernel.
 * @see https://www.tensorflow.org/js/guide/conversion
 */
export function writeGraphModel(
  graph: TracedGraph,
  { metadata, half = false }: GraphModelOptions,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const writer = new GraphWriter();
  const names = new Map<TracedTensor, string>();
  const signature = { inputs: {} as Record<string, object>, outputs: {} as Record<string, object> };
  const describe = (name: string, { dtype, shape }: TracedTensor) => ({
    name: `${name}:0`,
    dtype: DATA_TYPES[dtype],
    tensorShape: shapeProto(shape),
  });
  for (const [i, { tensor }] of graph.inputs.entries()) {
    const name = writer.reserve(metadata.inputs[i]!.name);
    writer.add(name, 'Placeholder', [], { dtype: { type: tensor.dtype }, shape: { shape: tensor.shape } });
    names.set(tensor, name);
    signature.inputs[name] = describe(name, tensor);
  }
  const output = writer.reserve(metadata.output.name);
  signature.outputs[output] = describe(output, graph.output);

  const nameOf = (tensor: TracedTensor): string => {
    const known = names.get(tensor);
    if (known !== undefined) return known;
    const { name, values } = graph.constants.get(tensor)!;
    const written = writer.constant({ name, values, type: tensor.dtype, shape: tensor.shape });
    names.set(tensor, written);
    return written;
  };
  const sizes = sizesWriter(writer, graph, nameOf);
  for (const node of graph.nodes) {
    const made = lower(new Call(node, writer, nameOf, sizes));
    for (const [i, tensor] of node.outputs.entries()) names.set(tensor, made[i]!);
  }
  writer.add(output, 'Identity', [nameOf(graph.output)], {});

  const { manifest, files } = packWeights(writer.weights, half);
  const model = {
    format: 'graph-model',
    generatedBy: `kallima ${version}`,
    convertedBy: null,
    signature,
    modelTopology: { node: writer.nodes, versions: { producer: 1, minConsumer: 0 } },
    weightsManifest: manifest,
    userDefinedMetadata: { [GENERATOR_METADATA_KEY]: inTfjsLayout(metadata, graph) },
  };
  return new Map([[GRAPH_MODEL_FILE, new TextEncoder().encode(JSON.stringify(model))], ...files]);
}

function inTfjsLayout(metadata: GeneratorMetadata, { inputs, output }: TracedGraph): GeneratorMetadata {
  return {
    ...metadata,
    inputs: metadata.inputs.map((input, i) => ({ ...input, shape: inputs[i]!.tensor.shape.slice(1) })),
    output: { ...metadata.output, shape: output.shape.slice(1) },
  };
}

/** Writes lists of sizes: a constant where all are known, else what computes it from the number of samples. */
function sizesWriter(
  writer: GraphWriter,
  { inputs }: TracedGraph,
  nameOf: (tensor: TracedTensor) => string,
): (sizes: TracedShape) => string {
  const known = new Map<string, string>();
  const once = (key: string, write: () => string): string => {
    const name = known.get(key) ?? write();
    known.set(key, name);
    return name;
  };
  /** `[count]` */
  const batch = () =>
    once('batch', () => {
      const { tensor } = inputs.find((input) => input.tensor.shape[0] === -1)!;
      const shape = writer.node('Shape', [nameOf(tensor)], { out_type: { type: 'int32' } });
      return writer.node('Slice', [shape, writer.integers([0]), writer.integers([1])]);
    });
  /** `[times · count]` */
  const multiple = (times: number) =>
    times === 1
      ? batch()
      : once(`multiple ${times}`, () => writer.node('Mul', [batch(), writer.integers([times])]));
  return (sizes) => {
    if (!sizes.some(isOpen)) return writer.integers(sizes);
    return once(sizes.join(), () => {
      const parts = sizes.map((size) => (isOpen(size) ? multiple(-size) : writer.integers([size])));
      if (parts.length === 1) return parts[0]!;
      return writer.node('ConcatV2', [...parts, writer.integers(0)], { N: { int: parts.length } });
    });
  };
}
