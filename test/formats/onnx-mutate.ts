import { Draws } from '../../src/data/draws';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../src/formats/onnx/model';
import { readOnnx } from '../../src/formats/onnx/read';
import { encodeElements } from '../../src/formats/onnx/values';
import { writeOnnx } from '../../src/formats/onnx/write';

const EDGE_BYTES = [0, 1, 2, 0x7f, 0x80, 0xff];
const EDGES = [
  -1,
  0,
  1,
  2,
  3,
  7,
  64,
  4096,
  65_537,
  2 ** 20,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32,
  2 ** 53 - 1,
  -(2 ** 40),
];
const FLOAT_EDGES = [...EDGES, 0.5, -0.3, 1e-30, 1e30, Number.NaN, Number.POSITIVE_INFINITY];

/** A file to damage, and which of its bytes are not weights. */
export interface Original {
  readonly bytes: Uint8Array;
  readonly model: OnnxModel;
  readonly structure: readonly number[];
}

export function original(bytes: Uint8Array): Original {
  const model = readOnnx(bytes);
  const isWeight = new Uint8Array(bytes.length);
  for (const { bytes: weights } of model.initializers.values()) {
    const start = weights.byteOffset - bytes.byteOffset;
    // Of small ones, such as shapes, the values matter.
    if (weights.buffer === bytes.buffer && weights.length > 64)
      isWeight.fill(1, start, start + weights.length);
  }
  return { bytes, model, structure: [...bytes.keys()].filter((at) => !isWeight[at]) };
}

/** A damaged copy: a pure function of the seed. Half of the time it is a whole file that says something else. */
export function mutateOnnx(from: Original, seed: number): Uint8Array {
  const draws = new Draws(5, seed);
  return draws.unit() < 0.5 ? mutateBytes(from, draws) : writeOnnx(mutateModel(from.model, draws));
}

function mutateBytes({ bytes, structure }: Original, draws: Draws): Uint8Array {
  const at = () => structure[draws.below(structure.length)]!;
  const parts = (...list: ArrayLike<number>[]) => {
    const out = new Uint8Array(list.reduce((length, part) => length + part.length, 0));
    let end = 0;
    for (const part of list) {
      out.set(part, end);
      end += part.length;
    }
    return out;
  };
  const cuts = Array.from({ length: 4 }, at).sort((a, b) => a - b) as [number, number, number, number];
  const [a, b, c, d] = cuts;
  switch (draws.below(9)) {
    case 0:
      return bytes.slice(0, a);
    case 1: {
      const out = bytes.slice();
      for (let n = draws.below(6); n >= 0; n--) out[at()]! ^= 1 << draws.below(8);
      return out;
    }
    case 2: {
      const out = bytes.slice();
      for (let n = draws.below(4); n >= 0; n--) out[at()] = EDGE_BYTES[draws.below(EDGE_BYTES.length)]!;
      return out;
    }
    case 3: {
      // A varint grows to up to eleven bytes.
      const long = new Uint8Array(1 + draws.below(11)).fill(draws.unit() < 0.5 ? 0xff : 0x80);
      long[long.length - 1] = draws.below(128);
      return parts(bytes.subarray(0, a), long, bytes.subarray(a + 1));
    }
    case 4:
      return parts(
        bytes.subarray(0, a),
        new Uint8Array(1 + draws.below(20)).fill(draws.below(256)),
        bytes.subarray(a),
      );
    case 5:
      return parts(bytes.subarray(0, a), bytes.subarray(Math.min(b, a + 1 + draws.below(20))));
    case 6:
      // Chunks change places.
      return parts(
        bytes.subarray(0, a),
        bytes.subarray(c, d),
        bytes.subarray(b, c),
        bytes.subarray(a, b),
        bytes.subarray(d),
      );
    case 7:
      // A chunk comes again.
      return parts(bytes.subarray(0, b), bytes.subarray(a, b), bytes.subarray(b));
    default: {
      const out = bytes.slice();
      out.copyWithin(at(), a, a + 1 + draws.below(16));
      return out;
    }
  }
}

const pick = <T>(draws: Draws, from: readonly T[]): T => from[draws.below(from.length)]!;

/** One to three changes to what a model says. */
function mutateModel(model: OnnxModel, draws: Draws): OnnxModel {
  for (let n = draws.below(3); n >= 0; n--) model = mutateOnce(model, draws);
  return model;
}

function mutateOnce(model: OnnxModel, draws: Draws): OnnxModel {
  const { nodes, initializers, inputs, outputs } = model;
  const withNode = (change: (node: OnnxNode) => OnnxNode): OnnxModel => {
    const changed = draws.below(nodes.length);
    return { ...model, nodes: nodes.map((node, index) => (index === changed ? change(node) : node)) };
  };
  const withTensor = (change: (tensor: OnnxTensor) => OnnxTensor): OnnxModel => {
    if (initializers.size === 0) return model;
    const changed = pick(draws, [...initializers.keys()]);
    return {
      ...model,
      initializers: new Map(
        [...initializers].map(([name, tensor]) => [name, name === changed ? change(tensor) : tensor]),
      ),
    };
  };
  switch (draws.below(11)) {
    case 0:
      return withNode((node) => ({ ...node, op: pick(draws, nodes).op }));
    case 1:
      return withNode((node) => ({
        ...node,
        inputs: changedName(node.inputs, pick(draws, nodes).outputs, draws),
      }));
    case 2:
      return withNode((node) => ({
        ...node,
        inputs: changedName(node.inputs, [...initializers.keys(), ''], draws),
      }));
    case 3:
      return withNode((node) => ({
        ...node,
        inputs: node.inputs.slice(0, draws.below(node.inputs.length + 1)),
      }));
    case 4:
    case 5:
      return withNode((node) => ({ ...node, attributes: changedAttribute(node.attributes, draws) }));
    case 6: {
      const removed = draws.below(nodes.length);
      return { ...model, nodes: nodes.filter((_, index) => index !== removed) };
    }
    case 7:
      return withTensor((tensor) => ({ ...tensor, shape: reshaped(tensor.shape, draws) }));
    case 8:
      return withTensor((tensor) => {
        const type = pick(draws, ['float32', 'int64', 'bool'] as const);
        const count = draws.below(5);
        const values = Array.from({ length: count }, () => pick(draws, EDGES));
        return { ...tensor, type, shape: [count], bytes: encodeElements(values, type) };
      });
    case 9: {
      const opset = 9 + draws.below(13);
      return { ...model, opset };
    }
    default: {
      const shape = Array.from({ length: draws.below(6) }, () =>
        pick(
          draws,
          EDGES.filter((size) => size >= 0),
        ),
      );
      const changed = draws.below(inputs.length + 1);
      return {
        ...model,
        inputs: inputs.map((input, index) => (index === changed ? { ...input, shape } : input)),
        outputs: outputs.map((output) =>
          changed === inputs.length ? { ...output, name: pick(draws, nodes).outputs[0]! } : output,
        ),
      };
    }
  }
}

function changedName(names: readonly string[], others: readonly string[], draws: Draws): string[] {
  const changed = draws.below(names.length);
  return names.map((name, index) => (index === changed ? pick(draws, others) : name));
}

/** The same number of elements, in another arrangement. */
function reshaped(shape: readonly number[], draws: Draws): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  switch (draws.below(4)) {
    case 0:
      return [count];
    case 1:
      return [...shape, 1];
    case 2:
      return [1, ...shape];
    default:
      return [...shape].reverse();
  }
}

function changedAttribute(attributes: OnnxNode['attributes'], draws: Draws): OnnxNode['attributes'] {
  const names = [...attributes.keys()];
  if (names.length === 0) return new Map([['axis', pick(draws, EDGES)]]);
  const name = pick(draws, names);
  const changed = new Map(attributes);
  if (draws.unit() < 0.1) changed.delete(name);
  else changed.set(name, changedValue(attributes.get(name)!, draws));
  return changed;
}

function changedValue(value: OnnxAttribute, draws: Draws): OnnxAttribute {
  if (typeof value === 'number') return draws.unit() < 0.1 ? [value] : pick(draws, FLOAT_EDGES);
  if (typeof value === 'string')
    return pick(draws, ['', 'linear', 'reflect', 'SAME_UPPER', '\n\u2028', '∞'.repeat(2000)]);
  if ('bytes' in value) {
    const values = Array.from({ length: draws.below(4) }, () => pick(draws, EDGES));
    return { ...value, type: 'int64', shape: [values.length], bytes: encodeElements(values, 'int64') };
  }
  const numbers = value.map((item) =>
    typeof item === 'number' && draws.unit() < 0.5 ? pick(draws, EDGES) : Number(item),
  );
  return draws.unit() < 0.2 ? [...numbers, pick(draws, EDGES)] : numbers;
}
