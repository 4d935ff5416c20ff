import { expect } from 'vitest';
import type { OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxType } from '../../src/formats/onnx/model';
import { loadGenerator } from '../../src/generator';
import { type OnnxInput, type OnnxOutput, runOnnxRuntime } from './onnx-runtime';

const HELD = (type: OnnxType, data: ArrayLike<number>) => {
  if (type === 'bool') return Uint8Array.from(data);
  return /float/.test(type) ? Float32Array.from(data) : Int32Array.from(data);
};

/** Every output of a model by the package's own generator runtime. */
export async function runGenerator(
  model: Uint8Array<ArrayBuffer>,
  inputs: Readonly<Record<string, OnnxInput>>,
): Promise<Record<string, { data: ArrayLike<number>; shape: readonly number[] }>> {
  const generator = await loadGenerator(model);
  try {
    const feeds = Object.entries(inputs).map(([name, { data, shape, type = 'float32' }]) => [
      name,
      { data: HELD(type, data), shape },
    ]);
    return await generator.run(Object.fromEntries(feeds));
  } finally {
    generator.dispose();
  }
}

/** Where outputs differ by more than `tolerance` · max(1, |value|), in words; empty where they do not. */
export function differences(
  actual: Readonly<Record<string, { data: ArrayLike<number>; shape: readonly number[] }>>,
  expected: Readonly<Record<string, OnnxOutput>>,
  tolerance = 1e-4,
): string {
  for (const [name, { data, shape }] of Object.entries(expected)) {
    const own = actual[name];
    if (!own || own.shape.join() !== shape.join()) return `${name} [${shape}]: got [${own?.shape}]`;
    if (own.data.length !== data.length) return `${name} [${shape}]: got ${own.data.length} numbers`;
    for (const [i, value] of data.entries()) {
      const difference = Math.abs(own.data[i]! - value);
      const same = Object.is(own.data[i], value) || own.data[i] === value;
      if (!same && !(difference <= tolerance * Math.max(1, Math.abs(value)))) {
        return `${name} [${shape}] at ${i}: ${own.data[i]}, not ${value}`;
      }
    }
  }
  return '';
}

/** Expects the model to give the same numbers as in onnxruntime-web. */
export async function expectParity(
  builder: OnnxBuilder,
  inputs: Readonly<Record<string, OnnxInput>> = {},
): Promise<void> {
  const model = builder.toBytes();
  const expected = await runOnnxRuntime(model, inputs);
  expect(differences(await runGenerator(model, inputs), expected)).toBe('');
}
