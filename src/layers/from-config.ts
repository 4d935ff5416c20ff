import { ArgumentError } from '../errors';
import type { JsonObject } from '../util/json';
import { nearestNames } from '../util/names';
import { requireInteger } from '../util/require';
import type { Shape } from '../util/shape';
import * as activations from './activations';
import { branches, residual, sequential, skip } from './compose';
import { concatCondition } from './concat-condition';
import { conditionalBatchNorm } from './conditional-batch-norm';
import { type Conv2dOptions, conv2d } from './conv2d';
import { type Conv2dTransposeOptions, conv2dTranspose } from './conv2d-transpose';
import { type DenseOptions, dense } from './dense';
import { dropout } from './dropout';
import { type EmbeddingOptions, embedding } from './embedding';
import { type GruOptions, gru } from './gru';
import { imagePool } from './image-pool';
import type { Condition, Layer, LayerConfig, Model } from './layer';
import { masked } from './masked';
import { batchNorm, instanceNorm, layerNorm } from './normalization';
import { type OneHotOptions, oneHot } from './one-hot';
import { projection } from './projection';
import { averagePool, globalAveragePool, globalSumPool, maxPool, reflectionPad, upsample } from './resample';
import { flatten, type ReshapeOptions, reshape } from './shapes';
import { spectralNorm } from './spectral-norm';

/** Makes a layer of one kind from its config; it checks the values itself. */
export type LayerFactory = (config: LayerConfig) => Layer;

type Part = { readonly layer: LayerConfig };
type Body = { readonly body: LayerConfig; readonly shortcut?: LayerConfig };
type Parts = { readonly layers: readonly LayerConfig[] };

const FACTORIES = new Map<string, LayerFactory>(
  Object.entries({
    ...activations.ACTIVATIONS,
    dense: (config: LayerConfig & DenseOptions) => dense(config),
    conv2d: (config: LayerConfig & Conv2dOptions) => conv2d(config),
    conv2dTranspose: (config: LayerConfig & Conv2dTransposeOptions) => conv2dTranspose(config),
    embedding: (config: LayerConfig & EmbeddingOptions) => embedding(config),
    gru: (config: LayerConfig & GruOptions) => gru(config),
    reshape: (config: LayerConfig & ReshapeOptions) => reshape(config),
    reflectionPad: (config: LayerConfig & { readonly padding: number }) => reflectionPad(config),
    batchNorm,
    instanceNorm,
    layerNorm,
    dropout,
    imagePool,
    upsample,
    averagePool,
    maxPool,
    globalAveragePool,
    globalSumPool,
    concatCondition,
    conditionalBatchNorm,
    projection,
    oneHot: (config: LayerConfig & OneHotOptions) => oneHot(config),
    flatten,
    spectralNorm: (config: LayerConfig & Part) => spectralNorm(layerFromConfig(config.layer)),
    sequential: (config: LayerConfig & Parts) => sequential(listed(config).map(layerFromConfig)),
    branches: (config: LayerConfig & Parts) => branches(listed(config).map(layerFromConfig)),
    masked: ({ body }: LayerConfig & Body) => masked(layerFromConfig(body)),
    residual: ({ body, shortcut }: LayerConfig & Body) =>
      residual(layerFromConfig(body), { shortcut: shortcut && layerFromConfig(shortcut) }),
    skip: ({ body }: LayerConfig & Body) => skip(layerFromConfig(body)),
  }) as [string, LayerFactory][],
);

function listed({ kind, layers }: LayerConfig & Parts): readonly LayerConfig[] {
  if (Array.isArray(layers)) return layers;
  throw new ArgumentError(
    `layerFromConfig: ${kind} must have a list of layers, got ${JSON.stringify(layers)}`,
  );
}

/**
 * Makes known a layer kind of one's own, so that models holding it can be made from their config.
 *
 * @throws {ArgumentError} if the kind is taken.
 */
export function registerLayer(kind: string, factory: LayerFactory): void {
  if (FACTORIES.has(kind)) throw new ArgumentError(`registerLayer: kind must be new, got ${kind}`);
  FACTORIES.set(kind, factory);
}

/**
 * The layer that `config` came from.
 *
 * @throws {ArgumentError} if its kind is unknown or its numbers are out of range.
 */
export function layerFromConfig(config: LayerConfig): Layer {
  const kind = config?.kind;
  const factory = FACTORIES.get(kind);
  if (!factory) {
    const near = nearestNames(String(kind), FACTORIES.keys());
    throw new ArgumentError(
      `layerFromConfig: kind must be a known layer, got ${String(kind)}; nearest are ${near.join(', ')}`,
    );
  }
  return factory(config);
}

/** A model as plain data. */
export interface ModelConfig extends JsonObject {
  readonly inputShape: Shape;
  /** Left out where the model has none. */
  readonly condition?: ConditionConfig;
  readonly layer: LayerConfig;
}

/** A condition as plain data. */
export interface ConditionConfig extends JsonObject {
  readonly shape: Shape;
  readonly classes?: number;
  readonly layer?: LayerConfig;
}

/** `model` as plain data; {@link modelFromConfig} makes it again. */
export function modelConfig({ inputShape, condition, layer }: Model): ModelConfig {
  if (!condition) return { inputShape, layer: layer.config };
  const { shape, classes } = condition;
  return {
    inputShape,
    condition: { shape, classes, layer: condition.layer?.config },
    layer: layer.config,
  };
}

/** @throws {ArgumentError} if there is no input shape, a layer's kind is unknown or its numbers are out of range. */
export function modelFromConfig(config: ModelConfig): Model {
  const { inputShape, condition, layer } = config ?? {};
  requireShape('inputShape', inputShape);
  return {
    inputShape,
    ...(condition && { condition: conditionFromConfig(condition) }),
    layer: layerFromConfig(layer),
  };
}

function conditionFromConfig({ shape, classes, layer }: ConditionConfig): Condition {
  requireShape('condition.shape', shape);
  if (classes !== undefined) requireInteger('modelFromConfig', 'condition.classes', classes);
  return { shape, classes, layer: layer && layerFromConfig(layer) };
}

function requireShape(name: string, shape: Shape): void {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ArgumentError(`modelFromConfig: ${name} must be a list of sizes, got ${JSON.stringify(shape)}`);
  }
}
