// The public names, one by one.

import { installGradients } from './gradients';

installGradients();

// Programs
export {
  type Captured,
  type CaptureFunctionOptions,
  type CaptureResult,
  capture,
} from './backend/capture';
// Backends
export {
  BACKEND_NAMES,
  type BackendChoice,
  type BackendName,
  type ChooseOptions,
  chooseBackend,
} from './backend/choose';
export type { Peaks } from './backend/peaks';
// Data
export { type ArrayDataOptions, arrayData } from './data/array';
export type { CsvOptions } from './data/arrays';
export { BUILT_IN_DATA, builtInData } from './data/built-in';
export { edgesOf, type FaceEdgesData, faceEdges, withEdges } from './data/edges';
export { type FacesData, type FacesOptions, faces } from './data/faces/faces';
export { type EyeColor, type FaceReading, type HairColor, readFace } from './data/faces/read';
export { FACE_ATTRIBUTES, type FaceAttribute, type FaceAttributes } from './data/faces/traits';
export { imageFiles } from './data/image-files';
export { type FileEntry, type ImageOptions, imageData } from './data/images';
export { type MazeData, maze } from './data/maze/maze';
export { countFigures, type FigureSeen, figureRoom, figuresIn } from './data/maze/read';
export { meaningsOf, readMeaning } from './data/meaning';
export { type OpenOptions, openData } from './data/open';
export { type PairOptions, pairByLabel } from './data/pair-by-label';
export { type PairedData, pairedImages } from './data/paired-images';
export { portraits } from './data/portraits/portraits';
export { readPortrait } from './data/portraits/read';
export type { SoundAugmentation } from './data/sound/augment';
export { type LogMelOptions, logMel, type SoundMeaning, soundMeaning } from './data/sound/log-mel';
export { resampleSound } from './data/sound/resample';
export { readSound, type SoundOptions, soundData } from './data/sound/sounds';
export type { Column, DataSource, Meaning } from './data/source';
export {
  type GaussianModes,
  type GeneratedOptions,
  GRID25_MODES,
  grid25,
  RING8_MODES,
  ring8,
  swissRoll,
} from './data/toy';
export { type UnpairedData, unpaired } from './data/unpaired';
export { type CaptionedData, type CaptionOptions, captionedData } from './data/words/captioned';
export type { CaptionColumns } from './data/words/captions';
export { encodeCaption, readWords } from './data/words/encode';
export { tokenize } from './data/words/tokenize';
export { buildVocabulary, type VocabularyOptions, type WordsMeaning } from './data/words/vocabulary';
// Errors
export {
  ArgumentError,
  CaptureError,
  CheckpointError,
  DataError,
  DisposedError,
  DivergedError,
  FormatError,
  KallimaError,
  OutOfMemoryError,
  ShapeError,
  UnsupportedError,
  UnsupportedOpError,
  WorkerError,
} from './errors';
// Export
export {
  EXPORT_FORMATS,
  type Exported,
  type ExportedFile,
  type ExportFormat,
  type WeightOptions,
} from './export/formats';
// Formats
export { type AnimatedPngOptions, animatedPng } from './formats/animated-png';
export type { ArrayFile } from './formats/array';
export { CIFAR10_CLASSES, readCifar10 } from './formats/cifar';
export { type CsvTable, readCsv } from './formats/csv';
export {
  type GeneratorInput,
  type GeneratorMetadata,
  type GeneratorOutput,
  parseGeneratorMetadata,
} from './formats/generator-metadata';
export { readIdx } from './formats/idx';
export type { Image, Rgb } from './formats/image';
export { readJpeg } from './formats/jpeg';
export { readNpy, writeNpy } from './formats/npy';
export { OnnxBuilder } from './formats/onnx/builder';
export type {
  OnnxAttribute,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxType,
  OnnxValue,
} from './formats/onnx/model';
export { readOnnx } from './formats/onnx/read';
export { onnxFloats, onnxNumbers } from './formats/onnx/values';
export { writeOnnx } from './formats/onnx/write';
export { readPng, writePng } from './formats/png';
export { convertChannels, resizeImage } from './formats/resample';
export {
  readSafetensors,
  type SafetensorsArray,
  type SafetensorsEntry,
  type SafetensorsFile,
  writeSafetensors,
} from './formats/safetensors';
export { readTable } from './formats/table';
export { readWav, type Sound, writeWav } from './formats/wav';
export { readZip, type ZipEntry } from './formats/zip';
// Games
export { type ClassifierGame, type ClassifierOptions, classifier } from './games/classifier';
export {
  type ConditionalBatch,
  type ConditionalGame,
  type ConditionalOptions,
  conditional,
} from './games/conditional';
export { crossEntropy } from './games/cross-entropy';
export {
  type CycleGanGame,
  type CycleGanOptions,
  cycleGan,
  type TranslationBatch,
} from './games/cycle-gan';
export { type GameFactory, type GameFunctions, gameFromConfig, registerGame } from './games/from-config';
export type {
  Batch,
  BatchOf,
  DataFacts,
  Direction,
  ExampleBatch,
  Game,
  LatentRole,
  OptimizerOptions,
  Play,
  Player,
  PlayersOf,
  SampleRequest,
} from './games/game';
export { type GanGame, type GanOptions, gan } from './games/gan';
export { gradientPenalty } from './games/gradient-penalty';
export type { LatentFunction, LatentSource } from './games/latent';
export { hinge, hingeDiscriminatorLoss, hingeGeneratorLoss } from './games/objectives/hinge';
export { OBJECTIVES, type ObjectiveName } from './games/objectives/index';
export {
  leastSquares,
  leastSquaresDiscriminatorLoss,
  leastSquaresGeneratorLoss,
} from './games/objectives/least-squares';
export {
  minimax,
  minimaxDiscriminatorLoss,
  minimaxGeneratorLoss,
  minimaxValue,
} from './games/objectives/minimax';
export {
  nonSaturating,
  nonSaturatingDiscriminatorLoss,
  nonSaturatingGeneratorLoss,
} from './games/objectives/non-saturating';
export type { Objective } from './games/objectives/objective';
export {
  wasserstein,
  wassersteinDiscriminatorLoss,
  wassersteinGeneratorLoss,
} from './games/objectives/wasserstein';
export { type PairBatch, type Pix2pixGame, type Pix2pixOptions, pix2pix } from './games/pix2pix';
export { type DomainBatch, type StarGanGame, type StarGanOptions, starGan } from './games/star-gan';
export { type WganGame, type WganOptions, wgan } from './games/wgan';
export { type WganGpGame, type WganGpOptions, wganGp } from './games/wgan-gp';
// Gradients
export { installGradients } from './gradients';
// Latents
export { factorDirections, type LatentDirection, principalDirections } from './latent/directions';
export { type Interpolation, Latent, type LatentDistribution, latentsOf } from './latent/latent';
export { grid, type WalkOptions, walk } from './latent/walk';
// Layers
export {
  type ActivationName,
  activation,
  elu,
  gelu,
  leakyRelu,
  linear,
  relu,
  selu,
  sigmoid,
  softmax,
  softplus,
  swish,
  tanh,
} from './layers/activations';
export type { Pair } from './layers/check';
export { branches, type ResidualOptions, residual, sequential, skip } from './layers/compose';
export { concatCondition } from './layers/concat-condition';
export { type ConditionalBatchNormOptions, conditionalBatchNorm } from './layers/conditional-batch-norm';
export { type Conv2dOptions, conv2d, type Padding } from './layers/conv2d';
export { type Conv2dTransposeOptions, conv2dTranspose } from './layers/conv2d-transpose';
export { type DenseOptions, dense } from './layers/dense';
export { type DropoutOptions, dropout } from './layers/dropout';
export { type EmbeddingOptions, embedding } from './layers/embedding';
export {
  type ConditionConfig,
  type LayerFactory,
  layerFromConfig,
  type ModelConfig,
  modelConfig,
  modelFromConfig,
  registerLayer,
} from './layers/from-config';
export { type GruOptions, gru } from './layers/gru';
export { type ImagePoolOptions, imagePool } from './layers/image-pool';
export {
  type Initializer,
  type InitializerConfig,
  type InitializerName,
  initializer,
} from './layers/initializers';
export { type ModelSummary, summarize } from './layers/inspect';
export type {
  BuiltLayer,
  Condition,
  Layer,
  LayerConfig,
  Mode,
  Model,
  Scope,
  State,
  Weight,
} from './layers/layer';
export { masked } from './layers/masked';
export { type ApplyOptions, buildNetwork, type Network, shareNetwork } from './layers/network';
export {
  type BatchNormOptions,
  batchNorm,
  type InstanceNormOptions,
  instanceNorm,
  type LayerNormOptions,
  layerNorm,
} from './layers/normalization';
export { type OneHotOptions, oneHot } from './layers/one-hot';
export { type ProjectionOptions, projection } from './layers/projection';
export {
  averagePool,
  globalAveragePool,
  globalSumPool,
  maxPool,
  type PoolOptions,
  reflectionPad,
  type UpsampleOptions,
  upsample,
} from './layers/resample';
export { flatten, type ReshapeOptions, reshape } from './layers/shapes';
export { spectralNorm } from './layers/spectral-norm';
// Metrics
export { accuracy, bestClasses } from './metrics/accuracy';
export { type ModeCoverage, modeCoverage } from './metrics/modes';
// Models
export {
  type ConditionalDcganModels,
  type ConditionalDcganOptions,
  conditionalDcgan,
  type DiscriminatorConditioning,
  type GeneratorConditioning,
} from './models/conditional-dcgan';
export {
  type ClassConditionOptions,
  classCondition,
  type ImageConditionOptions,
  imageCondition,
} from './models/conditions';
export { type DcganModels, type DcganOptions, dcgan } from './models/dcgan';
export type { DcganSize } from './models/dcgan-layers';
export { type MlpOptions, mlp } from './models/mlp';
export { type NextFrameModels, type NextFrameOptions, nextFrameModels } from './models/next-frame';
export type { Normalization } from './models/normalization';
export { type PatchDiscriminatorOptions, patchDiscriminator } from './models/patch-discriminator';
export { type ResnetGeneratorOptions, resnetGenerator } from './models/resnet-generator';
export {
  type SoundConditionOptions,
  type SoundEncoderOptions,
  soundCondition,
  soundEncoder,
} from './models/sound-encoder';
export { type StarGanModels, type StarGanModelsOptions, starGanModels } from './models/star-gan';
export {
  type TextEncoderOptions,
  textEncoder,
  type WordsConditionOptions,
  wordsCondition,
} from './models/text-encoder';
export { type UnetOptions, unet } from './models/unet';
// Ops
export { averageInto } from './ops/average';
export { detach } from './ops/detach';
export { hasKernel } from './ops/kernels';
export { type NormalizeOptions, normalize } from './ops/normalize';
export type { NormalizeOver } from './ops/normalize-axes';
export { type RandomStream, SeededRandom } from './ops/random';
export { PASS_NAMES, type PassName } from './program/passes/index';
export type { RecordTime } from './program/profile';
export type { ProgramReport } from './program/program';

// Training
export type { ColumnsOf } from './train/batches';
export { type CheckpointHeader, type DataDescription, readCheckpoint } from './train/checkpoint';
export type { DirectionsOptions } from './train/directions';
export type { Given } from './train/given';
export type { Inversion, InvertOptions } from './train/invert';
export type {
  ExportOptions,
  LearningRateDecay,
  ResumeOptions,
  RunOptions,
  SampleOptions,
  Settings,
  TrainerOptions,
} from './train/options';
export { Profile, type ProfiledUpdate, type RecordCost } from './train/profile';
export { loadSampler, type Sampler, type SamplerOptions } from './train/sampler';
export { type Report, Trainer } from './train/trainer';

// Plain types
export type { Json, JsonObject } from './util/json';
export type { Shape } from './util/shape';
export { version } from './version';

// WebAssembly
export { enableRelaxedSimd, probeWasm, type WasmFeatures } from './wasm/features';
