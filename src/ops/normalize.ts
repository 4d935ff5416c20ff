import {
  add,
  mean as meanOver,
  mul,
  ones,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { formatShape, sameShape } from '../util/shape';
import { hasKernel, runKernel } from './kernels';
import { type NormalizeOver, normalizedAxes } from './normalize-axes';
import { installNormalizeGradients, NORMALIZE_KERNEL } from './normalize-gradient';

export interface NormalizeOptions {
  readonly over: NormalizeOver;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/** What {@link normalizeWithMoments} returns. */
export type Normalized = {
  readonly y: Tensor;
  /** Shape: `[C]` over a batch, `[N, C]` over an instance, `[N]` over a layer. */
  readonly mean: Tensor;
  /** Biased (divided by the count), of the mean's shape. */
  readonly variance: Tensor;
};

installNormalizeGradients();

/**
 * `y = (x − mean) / √(variance + ε) · scale + offset`, twice differentiable on every backend.
 *
 * @param x `[N, …, C]`
 * @param scale `[C]`, together with `offset` or not at all.
 * @param offset `[C]`
 * @returns `y` of x's shape.
 * @throws {ShapeError} if x has no channel axis or scale and offset are not `[C]`.
 * @see Ioffe & Szegedy 2015, Batch normalization, https://arxiv.org/abs/1502.03167
 * @see Ulyanov et al. 2016, Instance normalization, https://arxiv.org/abs/1607.08022
 * @see Ba et al. 2016, Layer normalization, https://arxiv.org/abs/1607.06450
 */
export function normalize(
  x: Tensor,
  scale: Tensor | undefined,
  offset: Tensor | undefined,
  options: NormalizeOptions,
): Tensor {
  return tidy(() => normalizeWithMoments(x, scale, offset, options).y);
}

/** As {@link normalize}, with the moments; take no gradient through those: kernels give none. */
export function normalizeWithMoments(
  x: Tensor,
  scale: Tensor | undefined,
  offset: Tensor | undefined,
  { over, epsilon = 1e-5 }: NormalizeOptions,
): Normalized {
  checkNormalize(x, scale, offset, over);
  if (!hasKernel(NORMALIZE_KERNEL)) return normalizeReference(x, scale, offset, { over, epsilon });
  return tidy(() => {
    // A gradient saves its inputs by name, so all of them must be there; ones and zeros are C floats.
    const channels = x.shape[x.rank - 1]!;
    const inputs = { x, scale: scale ?? ones([channels]), offset: offset ?? zeros([channels]) };
    const [y, mean, variance] = runKernel(NORMALIZE_KERNEL, inputs, { over, epsilon });
    return { y: y!, mean: mean!, variance: variance! };
  });
}

/** {@link normalizeWithMoments} made of TF.js ops: what the kernel is tested against, and serves other backends. */
export function normalizeReference(
  x: Tensor,
  scale: Tensor | undefined,
  offset: Tensor | undefined,
  { over, epsilon = 1e-5 }: NormalizeOptions,
): Normalized {
  return tidy(() => {
    const axes = normalizedAxes(x.rank, over);
    const mean = meanOver(x, axes, true);
    const centred = sub(x, mean);
    const variance = meanOver(square(centred), axes, true);
    let y: Tensor = mul(centred, rsqrt(add(variance, epsilon)));
    if (scale && offset) y = add(mul(y, scale), offset);
    const kept = x.shape.filter((_, axis) => !axes.includes(axis));
    return { y, mean: reshape(mean, kept), variance: reshape(variance, kept) };
  });
}

function checkNormalize(
  x: Tensor,
  scale: Tensor | undefined,
  offset: Tensor | undefined,
  over: NormalizeOver,
): void {
  if (over !== 'batch' && over !== 'instance' && over !== 'layer') {
    throw new ArgumentError(`normalize: over must be batch, instance or layer, got ${String(over)}`);
  }
  const least = over === 'instance' ? 3 : 2;
  if (x.rank < least) {
    throw new ShapeError(
      `normalize: x must have rank ${least} or more over '${over}', got ${formatShape(x.shape)}`,
    );
  }
  if ((scale === undefined) !== (offset === undefined)) {
    throw new ArgumentError('normalize: scale and offset must be given together, got only one of them');
  }
  const wanted = [x.shape[x.rank - 1]!];
  for (const [name, tensor] of [['scale', scale] as const, ['offset', offset] as const]) {
    if (tensor && !sameShape(tensor.shape, wanted)) {
      throw new ShapeError(
        `normalize: ${name} must have shape ${formatShape(wanted)} for x ${formatShape(x.shape)}, got ${formatShape(tensor.shape)}`,
      );
    }
  }
}
