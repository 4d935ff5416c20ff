import { Latent, loadGenerator } from '../../src/generator';
import { sizeOf } from '../../src/util/shape';
import type { OnnxWorkload, PreparedWorkload } from '../workloads/workload';

/** The same ONNX model in `kallima/generator`, as a page would run it: images from given latents, else the raw graph. */
export async function openGenerator({ model, inputs }: OnnxWorkload): Promise<PreparedWorkload> {
  const generator = await loadGenerator(model);
  const [first] = generator.inputs;
  const [given, ...others] = Object.values(inputs);
  if (first?.kind !== 'latent' || !given || others.length > 0) {
    return { run: async () => void (await generator.run(inputs)), dispose: () => generator.dispose() };
  }
  const size = sizeOf(first.shape);
  const latent = Array.from(
    { length: given.data.length / size },
    (_, i) => new Latent(given.data.slice(i * size, (i + 1) * size)),
  );
  return {
    run: async () => void (await generator.sample({ latent })),
    dispose: () => generator.dispose(),
  };
}
