import { ArgumentError, ShapeError } from '../errors';
import { philoxNormal, philoxUniform } from '../util/philox';
import { requireInteger, requireNumber } from '../util/require';
import { deriveSeed } from '../util/seed';

/** What latents are drawn from: standard normal, or uniform in [−1, 1). */
export type LatentDistribution = 'normal' | 'uniform';

/** Samples are drawn so many at a time; each time is a draw of its own under the seed. */
export const LATENTS_A_DRAW = 64;

/** What a generator makes one sample from. Every method returns another latent and leaves this one as it is. */
export class Latent {
  /** @param values in the order of the generator's input, without the batch axis. */
  constructor(
    readonly values: Float32Array,
    readonly distribution: LatentDistribution = 'normal',
  ) {}

  /**
   * `(1 − t) · this + t · other`. Between two normal latents the result is shorter than a normal latent is: halfway
   * by a factor of √½. Samples there are closer to the average; {@link slerp} keeps the length.
   *
   * @throws {ShapeError} if the other has another length.
   */
  mix(other: Latent, t: number): Latent {
    requireNumber('mix', 't', t);
    return combine('mix', this, 1 - t, other, t);
  }

  /**
   * Along the arc from this one to the other: `(sin((1 − t)θ) · this + sin(tθ) · other) / sin θ`, θ being the angle
   * between them. Between normal latents the length stays that of a normal latent. Where there is no one arc
   * (parallel, opposite, zero) it is {@link mix}.
   *
   * @throws {ShapeError} if the other has another length.
   * @see White 2016, https://arxiv.org/abs/1609.04468
   */
  slerp(other: Latent, t: number): Latent {
    const dot = (a: Latent, b: Latent) => a.values.reduce((sum, value, i) => sum + value * b.values[i]!, 0);
    const cosine = dot(this, other) / Math.sqrt(dot(this, this) * dot(other, other));
    const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
    const sine = Math.sin(angle);
    if (!(sine > 1e-6)) return this.mix(other, t);
    return combine('slerp', this, Math.sin((1 - t) * angle) / sine, other, Math.sin(t * angle) / sine);
  }

  /**
   * The way that suits the distribution: along the arc for normal latents, straight for uniform ones, whose cube an
   * arc can leave.
   */
  towards(other: Latent, t: number, interpolation?: Interpolation): Latent {
    const arc = this.distribution === 'normal' ? 'spherical' : 'linear';
    return (interpolation ?? arc) === 'spherical' ? this.slerp(other, t) : this.mix(other, t);
  }

  /**
   * `psi · this`: towards the mean of the distribution, which is 0. Below 1 samples are more typical and less varied.
   * StyleGAN's truncation, done to the latent itself; BigGAN's, which draws values beyond a threshold again, is
   * another.
   *
   * @param psi 1 leaves the latent as it is, 0 is the mean.
   * @see Karras et al. 2019, appendix B, https://arxiv.org/abs/1812.04948
   */
  truncate(psi: number): Latent {
    requireNumber('truncate', 'psi', psi);
    return combine('truncate', this, psi, this, 0);
  }

  /**
   * `this + amount · direction`, e.g. of one of `directions`, whose length is 1.
   *
   * @throws {ShapeError} if the direction has another length.
   */
  move(direction: Numbers, amount: number): Latent {
    requireNumber('move', 'amount', amount);
    return combine('move', this, 1, direction, amount);
  }
}

/** Numbers, whatever they are of. */
interface Numbers {
  readonly values: ArrayLike<number>;
}

// No method of the class, whose instances then are the same to the compiler, whichever entry of the package they are of.
function combine(caller: string, one: Latent, mine: number, other: Numbers, theirs: number): Latent {
  const { values } = other;
  if (values.length !== one.values.length) {
    throw new ShapeError(
      `${caller}: latents must have one length, got ${one.values.length} and ${values.length}`,
    );
  }
  return new Latent(
    one.values.map((value, i) => mine * value + theirs * values[i]!),
    one.distribution,
  );
}

/** Straight, or along the arc. */
export type Interpolation = 'linear' | 'spherical';

/**
 * The latents that `sample(count, { seed })` makes its samples from: the n-th of any count under a seed is the same,
 * in a page, in Node, in the Trainer. Uniform ones to the bit; normal ones to rounding, since a logarithm and a
 * cosine are not the same to the last bit everywhere.
 *
 * @param size numbers in one latent.
 * @param seed an integer ≥ 0.
 * @throws {ArgumentError} if a number is out of range.
 */
export function latentsOf(
  seed: number,
  count: number,
  size: number,
  distribution: LatentDistribution = 'normal',
): Latent[] {
  requireInteger('latent', 'seed', seed, 0);
  requireInteger('latent', 'count', count);
  if (distribution !== 'normal' && distribution !== 'uniform') {
    throw new ArgumentError(
      `latent: distribution must be normal or uniform, got ${String(distribution)}; give the latents themselves`,
    );
  }
  const own = deriveSeed(seed, 'sample');
  const latents: Latent[] = [];
  for (let draw = 0; latents.length < count; draw++) {
    const numbers = Math.min(LATENTS_A_DRAW, count - latents.length) * size;
    const values =
      distribution === 'normal'
        ? philoxNormal(numbers, { seed: own, draw })
        : philoxUniform(numbers, { seed: own, draw }).map((value) => 2 * value - 1);
    for (let at = 0; at < numbers; at += size)
      latents.push(new Latent(values.slice(at, at + size), distribution));
  }
  return latents;
}
