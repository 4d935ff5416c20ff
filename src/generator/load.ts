import { ArgumentError } from '../errors';
import { readOnnx } from '../formats/onnx/read';
import { requireNumber } from '../util/require';
import { printable } from '../util/text';
import { Generator, type GeneratorOptions } from './generator';
import { toolboxOf } from './graph/toolbox';
import { startHost } from './host';
import { type GeneratorSource, readSource } from './read-source';

/** 1 GiB. */
const MOST_BYTES = 2 ** 30;

/**
 * Loads a generator from an ONNX file: of this package, or exported by PyTorch.
 *
 * @param source URL, path (Node), bytes, File, Blob or Response.
 * @throws {FormatError} if it is no whole ONNX model, or what it asks for cannot be held.
 * @throws {UnsupportedOpError} if it uses an operator that is not among those of docs/embedding.md, naming it.
 */
export async function loadGenerator(
  source: GeneratorSource,
  options: GeneratorOptions = {},
): Promise<Generator> {
  const { maximumBytes = MOST_BYTES, latent } = options;
  requireNumber('loadGenerator', 'maximumBytes', maximumBytes, 1);
  if (latent !== undefined && latent !== 'normal' && latent !== 'uniform') {
    throw new ArgumentError(
      `loadGenerator: latent must be normal or uniform, got ${printable(String(latent))}`,
    );
  }
  // The kernels are compiled while the file is on its way.
  const host = startHost(maximumBytes);
  host.catch(() => undefined);
  const bytes = await readSource(source);
  const model = readOnnx(bytes);
  await toolboxOf(model);
  return new Generator(await host, model, options);
}
