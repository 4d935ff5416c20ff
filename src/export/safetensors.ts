import { GENERATOR_METADATA_KEY } from '../formats/generator-metadata';
import { type SafetensorsEntry, writeSafetensors } from '../formats/safetensors';
import { modelConfig } from '../layers/from-config';
import type { Network } from '../layers/network';
import { describe, type Generator, trace } from './generator';
import { fitsHalf } from './half';

/** The metadata key that holds the models of the networks, as JSON, by their names. */
const MODELS_KEY = 'models';

/**
 * The weights and running statistics of a generator as a safetensors file, in TF.js's layouts, by their paths in the
 * network, e.g. `2/kernel`; of a generator of several networks by `<network>/<path>`.
 *
 * @param options `half`: kernels and other weights of rank 2 and more as 16-bit floats.
 * @throws {UnsupportedError} if what the generator does cannot be traced.
 */
export async function exportSafetensors(
  generator: Generator,
  { half = false }: { readonly half?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const used = new Map<string, Network>();
  const noted = Object.entries(generator.networks).map(([name, network]) => {
    const apply: Network['apply'] = (x, options) => {
      used.set(name, network);
      return network.apply(x, options);
    };
    return [name, Object.assign(Object.create(network), { apply }) as Network] as const;
  });
  const metadata = describe(
    await trace({ ...generator, networks: Object.fromEntries(noted) }),
    'channelsLast',
  );
  const models = Object.fromEntries([...used].map(([name, { model }]) => [name, modelConfig(model)]));
  const tensors = [...used].flatMap(([name, network]) =>
    [...network.parameters, ...network.state].map(async ([path, weight]) => {
      const { shape } = weight;
      const data = await weight.data<'float32'>();
      const entry: SafetensorsEntry = { shape, data, half: half && fitsHalf(shape, data) };
      return [used.size === 1 ? path : `${name}/${path}`, entry] as const;
    }),
  );
  return writeSafetensors(await Promise.all(tensors), [
    [GENERATOR_METADATA_KEY, JSON.stringify(metadata)],
    [MODELS_KEY, JSON.stringify(models)],
  ]);
}
