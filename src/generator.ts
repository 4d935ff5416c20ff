// The entry `kallima/generator`: draws with a trained generator, without TF.js.
export * from './errors';
export type {
  GeneratorInput,
  GeneratorMetadata,
  GeneratorOutput,
} from './formats/generator-metadata';
export type { DrawOptions, Given } from './generator/feeds';
export { Generator, type GeneratorOptions } from './generator/generator';
export type { RawTensor } from './generator/graph/reorder';
export { type GeneratedImage, type ImageSource, toRgba } from './generator/image';
export { loadGenerator } from './generator/load';
export type { GeneratorSource } from './generator/read-source';
export { type Interpolation, Latent, type LatentDistribution } from './latent/latent';
export { grid, type WalkOptions, walk } from './latent/walk';
