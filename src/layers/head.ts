import { UnsupportedError } from '../errors';
import { sequential } from './compose';
import { layerFromConfig } from './from-config';
import type { LayerConfig } from './layer';
import { type Network, shareNetwork } from './network';

/** Layers that are affine in inference mode, a condition being given. */
const AFFINE: ReadonlySet<string> = new Set([
  'dense',
  'conv2d',
  'conv2dTranspose',
  'spectralNorm',
  'batchNorm',
  'conditionalBatchNorm',
  'concatCondition',
  'reshape',
  'flatten',
  'upsample',
  'averagePool',
  'reflectionPad',
  'linear',
]);

const NOT_FEATURES: ReadonlySet<string> = new Set([
  'flatten',
  'globalAveragePool',
  'globalSumPool',
  'concatCondition',
  'projection',
]);

/** The layers that a network runs one after the other. */
function layersOf(caller: string, { name, model }: Network): readonly LayerConfig[] {
  const { kind, layers } = model.layer.config;
  if (kind === 'sequential') return layers as readonly LayerConfig[];
  throw new UnsupportedError(`${caller}: ${name} must be a sequence of layers, got ${kind}`);
}

/** How many layers there are before the first that is not affine. */
export function affineLayers(caller: string, network: Network): number {
  const layers = layersOf(caller, network);
  const count = layers.findIndex(({ kind }) => !AFFINE.has(kind));
  return count < 0 ? layers.length : count;
}

/** How many layers there are before an image becomes a list of numbers, or a condition joins it. */
export function featureLayers(caller: string, network: Network): number {
  const layers = layersOf(caller, network);
  const count = layers.findIndex(({ kind }) => NOT_FEATURES.has(kind));
  return count < 0 ? layers.length : count;
}

/** The first layers of a network, with its weights. */
export function headOf(caller: string, network: Network, count: number): Network {
  const layers = layersOf(caller, network).slice(0, count).map(layerFromConfig);
  if (layers.length === 0) {
    throw new UnsupportedError(
      `${caller}: ${network.name} must begin with other layers, got ${layersOf(caller, network)[0]?.kind}`,
    );
  }
  return shareNetwork({ ...network.model, layer: sequential(layers) }, network);
}
