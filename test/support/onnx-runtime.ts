import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-web';
import type { OnnxType } from '../../src/formats/onnx/model';

export interface OnnxInput {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  /** float32, unless it says otherwise. */
  readonly type?: OnnxType;
}

export interface OnnxOutput {
  /** Whole numbers and booleans too. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

let runtime: typeof Ort | undefined;

/** Its CommonJS build: the other one looks for its wasm beside the test's own bundle. */
function load(): typeof Ort {
  if (!runtime) {
    runtime = createRequire(import.meta.url)('onnxruntime-web') as typeof Ort;
    runtime.env.wasm.numThreads = 1;
    // Warnings about what its optimiser would rather have.
    runtime.env.logLevel = 'error';
  }
  return runtime;
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, float64: Float64Array };

function feed(ort: typeof Ort, { data, shape, type = 'float32' }: OnnxInput): Ort.Tensor {
  if (type === 'int64') {
    return new ort.Tensor('int64', BigInt64Array.from(Array.from(data, BigInt)), [...shape]);
  }
  if (type === 'bool') return new ort.Tensor('bool', Uint8Array.from(data), [...shape]);
  if (!(type in ARRAYS)) throw new TypeError(`runOnnxRuntime: no inputs of ${type} here`);
  const kind = type as keyof typeof ARRAYS;
  return new ort.Tensor(kind, ARRAYS[kind].from(data), [...shape]);
}

/** A model in onnxruntime-web (wasm, one thread), which can run many times. */
export async function openOnnxRuntime(model: Uint8Array) {
  const ort = load();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
  });
  return {
    async run(inputs: Readonly<Record<string, OnnxInput>>): Promise<Record<string, OnnxOutput>> {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, feed(ort, value)]),
      );
      const outputs = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => {
          const elements = tensor.data as ArrayLike<number | bigint>;
          return [name, { data: Float32Array.from(elements, Number), shape: tensor.dims }];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

/** Every output of a model by onnxruntime-web, which is the reference. */
export async function runOnnxRuntime(
  model: Uint8Array,
  inputs: Readonly<Record<string, OnnxInput>>,
): Promise<Record<string, OnnxOutput>> {
  const session = await openOnnxRuntime(model);
  try {
    return await session.run(inputs);
  } finally {
    await session.dispose();
  }
}
