import { FormatError } from '../../errors';
import { describeNode, type OnnxNode, type OnnxTensor } from '../../formats/onnx/model';
import { brief } from '../../util/text';

function wrong(node: OnnxNode, name: string, kind: string): FormatError {
  const value = node.attributes.get(name);
  return new FormatError(
    `loadGenerator: ${describeNode(node)} needs ${name} to be ${kind}, got ${value === undefined ? 'none' : brief(value)}`,
  );
}

/** A number, a whole one of an `int` attribute; `fallback` where the node has none. */
export function numberOf(node: OnnxNode, name: string, fallback?: number): number {
  const value = node.attributes.get(name) ?? fallback;
  if (typeof value !== 'number') throw wrong(node, name, 'a number');
  return value;
}

export function stringOf(node: OnnxNode, name: string, fallback?: string): string {
  const value = node.attributes.get(name) ?? fallback;
  if (typeof value !== 'string') throw wrong(node, name, 'a text');
  return value;
}

/** A list of numbers; undefined where the node has none. */
export function numbersOf(node: OnnxNode, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrong(node, name, 'a list of numbers');
  return value.map((item) => {
    if (typeof item !== 'number') throw wrong(node, name, 'a list of numbers');
    return item;
  });
}

export function tensorOf(node: OnnxNode, name: string): OnnxTensor | undefined {
  const value = node.attributes.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || !('bytes' in value)) throw wrong(node, name, 'a tensor');
  return value;
}
