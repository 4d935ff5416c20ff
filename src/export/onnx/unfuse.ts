import type { backend_util, FusedConv2DAttrs } from '@tensorflow/tfjs-core';
import type { TracedGraph, TracedNode, TracedTensor } from '../traced-graph';
import { attributesOf, optionalInput, outputOf } from './operator';

/** Kernels that add a bias and apply an activation to what another one makes, by that one. */
const FUSED: Readonly<Record<string, string>> = {
  FusedConv2D: 'Conv2D',
  FusedDepthwiseConv2D: 'DepthwiseConv2dNative',
  _FusedMatMul: 'BatchMatMul',
};

const ACTIVATIONS: Readonly<Record<backend_util.Activation, string>> = {
  linear: '',
  relu: 'Relu',
  prelu: 'Prelu',
  elu: 'Elu',
  relu6: 'Relu6',
  leakyrelu: 'LeakyRelu',
  sigmoid: 'Sigmoid',
};

/** The graph with each fused kernel as those that it is made of. */
export function unfuse(graph: TracedGraph): TracedGraph {
  // Ids are only to be unlike each other: new ones are below those of the trace, which start at 0.
  let nextId = -1;
  const apart = (node: TracedNode): TracedNode[] => {
    const kernel = FUSED[node.kernel];
    if (kernel === undefined) return [node];
    const { activation, leakyreluAlpha } = attributesOf<FusedConv2DAttrs>(node);
    const { bias: _, preluActivationWeights: __, ...inputs } = node.inputs;
    const output = outputOf(node);
    const parts: TracedNode[] = [{ ...node, kernel, inputs }];
    const then = (next: string, others: Record<string, TracedTensor>, attributes = {}) => {
      const last = parts.at(-1)!;
      const between: TracedTensor = { ...output, id: nextId-- };
      parts[parts.length - 1] = { ...last, outputs: [between] };
      const first = next === 'Add' ? 'a' : 'x';
      parts.push({ kernel: next, inputs: { [first]: between, ...others }, attributes, outputs: [output] });
    };
    const bias = optionalInput(node, 'bias');
    if (bias) then('Add', { b: bias });
    const next = ACTIVATIONS[activation];
    const alpha = optionalInput(node, 'preluActivationWeights');
    if (next) then(next, alpha ? { alpha } : {}, next === 'LeakyRelu' ? { alpha: leakyreluAlpha } : {});
    return parts;
  };
  return { ...graph, nodes: graph.nodes.flatMap(apart) };
}
