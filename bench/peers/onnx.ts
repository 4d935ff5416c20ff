import { createRequire } from 'node:module';
import { UnsupportedError } from '../../src/index';
import type { OnnxWorkload, PreparedWorkload } from '../workloads/workload';

/** A model in onnxruntime-web, on its wasm kernels. */
export interface OnnxSession extends PreparedWorkload {
  run(): Promise<void>;
  /** The values of the only output. */
  output(): Promise<Float32Array>;
}

/** A copy of onnxruntime-web of its own: its number of threads is fixed by a copy's first session. */
function loadRuntime(): typeof import('onnxruntime-web') {
  const require = createRequire(import.meta.url);
  try {
    for (const file of Object.keys(require.cache)) {
      if (/[\\/]onnxruntime-(web|common)[\\/]/.test(file)) delete require.cache[file];
    }
    return require('onnxruntime-web');
  } catch (cause) {
    throw new UnsupportedError(
      'bench: onnxruntime-web needs its package, got none that loads; npm install onnxruntime-web',
      { cause },
    );
  }
}

/**
 * Loads a model into onnxruntime-web.
 *
 * @param threads of its wasm kernels.
 * @throws {UnsupportedError} if the package is not installed.
 */
export async function openOnnx({ model, inputs }: OnnxWorkload, threads: number): Promise<OnnxSession> {
  const ort = loadRuntime();
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [
      name,
      new ort.Tensor('float32', data, [...shape]),
    ]),
  );
  const infer = async () => {
    const outputs = await session.run(feeds);
    return outputs[session.outputNames[0]!]!;
  };
  return {
    run: async () => {
      await infer();
    },
    output: async () => (await (await infer()).getData()) as Float32Array,
    dispose: () => void session.release(),
  };
}
