import type { TracedNode, TracedTensor } from '../traced-graph';
import type { OnnxWriter } from './writer';

/** Writes a kernel call as ONNX operators. */
export type OnnxOperator = (writer: OnnxWriter, node: TracedNode) => void;

export type OnnxOperators = Readonly<Record<string, OnnxOperator>>;

/** An input of which there is one. */
export function inputOf(node: TracedNode, name: string): TracedTensor {
  return node.inputs[name] as TracedTensor;
}

/** An input that need not be there. */
export function optionalInput(node: TracedNode, name: string): TracedTensor | undefined {
  return node.inputs[name] as TracedTensor | undefined;
}

export function outputOf({ outputs }: TracedNode): TracedTensor {
  return outputs[0]!;
}

/** A call's attributes by TF.js's type for its kernel, which is what the op gave. */
export function attributesOf<A extends object>({ attributes }: TracedNode): A {
  const given: object = attributes;
  return given as A;
}
