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
  const later = new Set(nodes.flatMap((node) => node.outputs));
  const fail = (requirement: string, name: string, where: string) =>
    new FormatError(`readOnnx: values must be ${requirement}, got ${brief(name)} ${where}`);
  const make = (name: string, by: () => string): void => {
    if (made.has(name)) throw fail('made once', name, `again by ${by()}`);
    if (name) made.add(name);
  };
  const read = (name: string, by: () => string): void => {
    if (!name || made.has(name)) return;
    throw later.has(name)
      ? fail('made before they are read, without cycles', name, `read too early by ${by()}`)
      : fail('made by inputs, constants or nodes', name, `read by ${by()}, made by none`);
  };
  for (const { name } of inputs) make(name, () => 'an input');
  for (const node of nodes) {
    const by = () => describeNode(node);
    for (const name of node.inputs) read(name, by);
    for (const name of node.outputs) make(name, by);
  }
  for (const { name } of outputs) read(name, () => 'the outputs');
  if (!outputs.some(({ name }) => name)) throw fail('given out', '', 'and no other');
}
