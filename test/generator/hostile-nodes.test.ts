import { describe, expect, it } from 'vitest';
import { FormatError, UnsupportedOpError } from '../../src/errors';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxAttribute } from '../../src/formats/onnx/model';
import { tensorOf } from '../../src/formats/onnx/tensor-of';
import { loadGenerator } from '../../src/generator';
import { OPERATORS } from '../../src/generator/graph/operators';
import { RandomNumbers } from './random-numbers';

const OPSETS = [9, 10, 11, 13, 17, 18, 21];
const INTEGERS = [
  0,
  0,
  1,
  1,
  1,
  -1,
  2,
  2,
  3,
  4,
  5,
  -2,
  7,
  100,
  65536,
  10 ** 9,
  2 ** 31,
  2 ** 40,
  -(2 ** 53) + 1,
];
const FLOATS = [0, 1, 2, 0.5, -1, 1e-30, 1e30, Number.NaN, Number.POSITIVE_INFINITY, 3];
const NAMES =
  'axis axes pads kernel_shape strides dilations group output_padding output_shape auto_pad mode to shape value perm starts ends split num_outputs keepdims noop_with_empty_axes blocksize allowzero transA transB alpha beta epsilon num_groups ceil_mode count_include_pad nearest_mode coordinate_transformation_mode keep_aspect_ratio_policy antialias scales dtype mean scale low high start end value_ints value_float sparse_value min max approximate fmod stash_type'.split(
    ' ',
  );
const TEXTS =
  'SAME_UPPER VALID reflect edge wrap constant linear cubic nearest DCR CRD floor tanh asymmetric x'.split(
    ' ',
  );

/** A number, a list, a text or a tensor without sense. */
function attribute(random: RandomNumbers): OnnxAttribute {
  const kind = random.int(0, 6);
  const numbers = (from: readonly number[]) =>
    Array.from({ length: random.int(0, 5) }, () => random.pick(from));
  if (kind < 2) return random.pick(INTEGERS);
  if (kind < 4) return numbers(INTEGERS);
  if (kind === 4) return random.pick(TEXTS);
  if (kind === 5) return random.chance(0.5) ? numbers(FLOATS) : random.pick(FLOATS);
  const values = numbers(FLOATS);
  return tensorOf(values, [values.length], 'float32');
}

/** A node with inputs and attributes without sense, or almost with sense. */
function hostileFile(op: string, seed: number) {
  const random = new RandomNumbers(seed);
  const builder = new OnnxBuilder(random.pick(OPSETS));
  const size = () => random.int(1, 5);
  const shape = Array.from({ length: random.pick([0, 1, 2, 3, 4, 4, 4, 5]) }, size);
  const types = ['float32', 'float32', 'float32', 'int64', 'bool'] as const;
  const type = random.pick(types);
  const x = builder.input('x', shape, type);
  const inputs = Array.from({ length: random.int(0, 6) }, (_, i) => {
    const kind = random.int(0, 7);
    if (i === 0 ? kind < 6 : kind === 0) return x;
    const length = random.int(0, 6);
    if (kind === 1) return '';
    if (kind < 5) return builder.integers(Array.from({ length }, () => random.pick(INTEGERS)));
    if (kind === 5) return builder.integers([random.pick(INTEGERS)], []);
    const own = Array.from({ length: random.int(0, 4) }, () => random.int(random.int(0, 1), 4));
    const count = own.reduce((a, b) => a * b, 1);
    const numbers = Array.from({ length: count }, () => random.pick(FLOATS));
    if (kind === 6) return builder.constant(numbers, own);
    const values = numbers.map((value) => Math.trunc(value) || 0);
    return builder.node('Cast', [builder.constant(values, own)], { to: random.pick([1, 6, 7, 9]) });
  });
  const attributes: Record<string, OnnxAttribute> = {};
  for (let i = random.int(0, 5); i > 0; i--) attributes[random.pick(NAMES)] = attribute(random);
  const outputs = builder.nodeOf(op, inputs, attributes, random.int(1, 3));
  const relu = builder.node('Identity', [outputs[0]!]);
  const bytes = builder.output(relu, undefined).toBytes();
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, () => random.int(-3, 3));
  const held = type === 'float32' ? Float32Array : type === 'bool' ? Uint8Array : Int32Array;
  return { bytes, inputs: { x: { data: held.from(data), shape } } };
}

/** What is not a refusal in words; empty where there is nothing. One that hangs runs into the test's time limit. */
async function crash(op: string, seed: number): Promise<string> {
  const { bytes, inputs } = hostileFile(op, seed);
  try {
    const generator = await loadGenerator(bytes, { maximumBytes: 2 ** 26 });
    try {
      await generator.run(inputs);
    } finally {
      generator.dispose();
    }
  } catch (error) {
    const refused = error instanceof FormatError || error instanceof UnsupportedOpError;
    if (!refused) return `${op}, seed ${seed}: ${error instanceof Error ? error.stack : error}`;
  }
  return '';
}

/** More: `HOSTILE_ROUNDS=500 npx vitest run --project node test/generator/hostile-nodes`. */
const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 20);

describe('a node without sense', () => {
  it.each(Object.keys(OPERATORS))('%s is refused, or does something', async (op) => {
    const crashes: string[] = [];
    for (let seed = 0; seed < ROUNDS; seed++) {
      const found = await crash(op, seed * 1009 + op.length);
      if (found) crashes.push(found);
    }
    expect(crashes).toEqual([]);
  });
});
