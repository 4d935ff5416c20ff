import { FormatError } from '../../errors';
import { brief } from '../../util/text';
import { describeNode, type OnnxModel } from './model';

/**
 * Checks that every value is made once, and before it is read.
 *
 * @throws {FormatError} naming the value and its node.
 */
export function checkGraph({ nodes, initializers, inputs, outputs }: OnnxModel): void {
  const made = new Set<string>(initializers.keys());
  const make = (name: string, by: () => string): void => {
    if (made.has(name)) {
      throw new FormatError(
        `readOnnx: values must have different names, got ${brief(name)} again from ${by()}`,
      );
    }
    made.add(name);
  };
  for (const { name } of inputs) make(name, () => 'an input');
  const later = new Set(nodes.flatMap((node) => node.outputs));
  for (const node of nodes) {
    for (const name of node.inputs) {
      if (name && !made.has(name)) {
        throw new FormatError(
          later.has(name)
            ? `readOnnx: nodes must stand after those that they read, got ${describeNode(node)}, which reads ${brief(name)} before it is made; they are out of order or in a cycle`
            : `readOnnx: nodes must read what the model has, got ${describeNode(node)}, which reads ${brief(name)}`,
        );
      }
    }
    for (const name of node.outputs) if (name) make(name, () => describeNode(node));
  }
  for (const { name } of outputs) {
    if (!made.has(name)) {
      throw new FormatError(
        `readOnnx: outputs must be values of the model, got ${brief(name)}, which no node makes`,
      );
    }
  }
  if (outputs.length === 0) throw new FormatError('readOnnx: a model must have an output, got none');
}
