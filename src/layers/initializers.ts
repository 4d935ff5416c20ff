import { ArgumentError } from '../errors';
import { nearestNames } from '../util/names';
import { philoxNormal, philoxUniform } from '../util/philox';
import { type Shape, sizeOf } from '../util/shape';
import { orthogonalMatrix } from './orthogonal';

/**
 * A weight's first values. They are computed here and not on a backend, so that a seed gives the same bits
 * on every backend.
 */
export type Initializer = (shape: Shape, seed: number) => Float32Array;

/** Initialisers that need no number. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'orthogonal';

/** An initialiser as plain data: a name, or a kind with its numbers. */
export type InitializerConfig =
  | InitializerName
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly mean?: number; readonly std?: number }
  | { readonly kind: 'truncatedNormal'; readonly mean?: number; readonly std?: number }
  | { readonly kind: 'uniform'; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: 'orthogonal'; readonly gain?: number };

const fill =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

const normal =
  (mean: number, std: number): Initializer =>
  (shape, seed) =>
    philoxNormal(sizeOf(shape), { seed, draw: 0 }).map((value) => mean + std * value);

const uniform =
  (minimum: number, maximum: number): Initializer =>
  (shape, seed) =>
    philoxUniform(sizeOf(shape), { seed, draw: 0 }).map((value) => minimum + value * (maximum - minimum));

/** Normal numbers within two standard deviations; those outside are drawn again. */
const truncatedNormal =
  (mean: number, std: number): Initializer =>
  (shape, seed) => {
    const values = philoxNormal(sizeOf(shape), { seed, draw: 0 });
    for (let draw = 1; values.some((value) => Math.abs(value) > 2); draw++) {
      const again = philoxNormal(values.length, { seed, draw });
      for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > 2) values[i] = again[i]!;
    }
    return values.map((value) => mean + std * value);
  };

/**
 * Inputs and outputs of one unit of a kernel `[…, in, out]`, the leading axes being a receptive field.
 * A transposed convolution's kernel `[h, w, out, in]` is counted as the convolution it is the adjoint of.
 */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * shape[shape.length - 2]!, fanOut: field * shape[shape.length - 1]! };
}

type Scale = (fans: { fanIn: number; fanOut: number }) => number;
const glorot: Scale = ({ fanIn, fanOut }) => 2 / (fanIn + fanOut);
const he: Scale = ({ fanIn }) => 2 / fanIn;
const lecun: Scale = ({ fanIn }) => 1 / fanIn;

const scaledNormal =
  (variance: Scale): Initializer =>
  (shape, seed) =>
    normal(0, Math.sqrt(variance(fans(shape))))(shape, seed);

const scaledUniform =
  (variance: Scale): Initializer =>
  (shape, seed) => {
    const limit = Math.sqrt(3 * variance(fans(shape)));
    return uniform(-limit, limit)(shape, seed);
  };

const orthogonal =
  (gain: number): Initializer =>
  (shape, seed) => {
    const columns = shape[shape.length - 1] ?? 1;
    const values = philoxNormal(sizeOf(shape), { seed, draw: 0 });
    return orthogonalMatrix(values, sizeOf(shape) / columns, columns).map((value) => gain * value);
  };

const NAMED: Readonly<Record<InitializerName, Initializer>> = {
  zeros: fill(0),
  ones: fill(1),
  glorotUniform: scaledUniform(glorot),
  glorotNormal: scaledNormal(glorot),
  heUniform: scaledUniform(he),
  heNormal: scaledNormal(he),
  lecunUniform: scaledUniform(lecun),
  lecunNormal: scaledNormal(lecun),
  orthogonal: orthogonal(1),
};
const WITH_NUMBERS = ['constant', 'normal', 'truncatedNormal', 'uniform', 'orthogonal'];

/**
 * The initialiser that a config names.
 *
 * `glorot…`: variance 2 / (fan-in + fan-out); `he…`: 2 / fan-in; `lecun…`: 1 / fan-in; `orthogonal`: the
 * kernel as a matrix `[…in, out]` has orthonormal rows or columns.
 *
 * @throws {ArgumentError} if the name is unknown.
 * @see Glorot & Bengio 2010; He et al. 2015, https://arxiv.org/abs/1502.01852; Saxe et al. 2013, https://arxiv.org/abs/1312.6120
 */
export function initializer(config: InitializerConfig): Initializer {
  if (typeof config === 'string') {
    const named = Object.hasOwn(NAMED, config) ? NAMED[config] : undefined;
    return named ?? unknown(config);
  }
  switch (config.kind) {
    case 'constant':
      return fill(config.value);
    case 'normal':
      return normal(config.mean ?? 0, config.std ?? 1);
    case 'truncatedNormal':
      return truncatedNormal(config.mean ?? 0, config.std ?? 1);
    case 'uniform':
      return uniform(config.minimum ?? -0.05, config.maximum ?? 0.05);
    case 'orthogonal':
      return orthogonal(config.gain ?? 1);
    default:
      return unknown((config as { kind?: unknown }).kind);
  }
}

function unknown(name: unknown): never {
  const near = nearestNames(String(name), [...Object.keys(NAMED), ...WITH_NUMBERS]);
  throw new ArgumentError(
    `initializer: kind must be a known initialiser, got ${String(name)}; nearest are ${near.join(', ')}`,
  );
}
