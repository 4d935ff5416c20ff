import {
  add,
  div,
  matMul,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors';
import { detach } from '../ops/detach';
import { type Shape, sizeOf } from '../util/shape';
import { initializer } from './initializers';
import type { Layer, Mode, Scope, State, Weight } from './layer';

/** Keeps a zero vector from being divided by zero. */
const TINY = 1e-12;

/**
 * The layer with its `kernel` divided by the largest singular value of the kernel as a matrix
 * `[everything else, outputs]`, which is estimated by one step of power iteration each time the layer runs
 * in its owner's update; else the stored vector is used and left alone. State: `u` `[1, outputs]`.
 *
 * @throws {ArgumentError} on building, if the layer has no kernel.
 * @see Miyato et al. 2018, Spectral normalization, https://arxiv.org/abs/1802.05957
 */
export function spectralNorm(layer: Layer): Layer {
  return {
    config: { kind: 'spectralNorm', layer: layer.config },
    build(inputShape, scope) {
      let kernels = 0;
      const counted = new SpectralScope(scope, layer.config.kind === 'conv2dTranspose', () => kernels++);
      const built = layer.build(inputShape, counted);
      if (kernels === 0) {
        throw new ArgumentError(
          `spectralNorm: layer must have a kernel, got ${layer.config.kind}; wrap a dense layer, a convolution or an embedding`,
        );
      }
      return built;
    },
  };
}

/** Passes everything on, except that a parameter named `kernel` is read normalised. */
class SpectralScope implements Scope {
  constructor(
    private readonly inner: Scope,
    private readonly outputsFirst: boolean,
    private readonly onKernel: () => void,
  ) {}

  get condition(): Shape | undefined {
    return this.inner.condition;
  }

  child(name: string): Scope {
    return new SpectralScope(this.inner.child(name), this.outputsFirst, this.onKernel);
  }

  state(...args: Parameters<Scope['state']>): State {
    return this.inner.state(...args);
  }

  parameter(...args: Parameters<Scope['parameter']>): Weight {
    const weight = this.inner.parameter(...args);
    if (args[0] !== 'kernel') return weight;
    this.onKernel();
    // A transposed convolution's kernel is [h, w, out, in]; the others end in `out`.
    const outputAxis = weight.shape.length - (this.outputsFirst ? 2 : 1);
    const u = this.inner.state('u', [1, weight.shape[outputAxis]!], initializer({ kind: 'normal' }));
    return {
      shape: weight.shape,
      read: (mode) => normalised(weight.read(mode), u, outputAxis, mode),
    };
  }
}

function normalised(kernel: Tensor, u: State, outputAxis: number, mode: Mode): Tensor {
  const { shape, rank } = kernel;
  const outputs = shape[outputAxis]!;
  const order = shape.map((_, axis) => axis).filter((axis) => axis !== outputAxis);
  const last = outputAxis === rank - 1;
  const arranged = last ? kernel : transpose(kernel, [...order, outputAxis]);
  const matrix = reshape(arranged, [sizeOf(shape) / outputs, outputs]) as Tensor2D;

  // The singular vectors are constants of the gradient: σ = v · W · uᵀ is differentiated through W alone.
  const v = detach(() => unit(matMul(u.read() as Tensor2D, matrix, false, true)));
  const next = detach(() => unit(matMul(v, matrix)));
  if (mode.updateState) u.average(next, 0);
  const sigma = reshape(matMul(matMul(v, matrix), next, false, true), []);
  return div(kernel, sigma);
}

function unit(vector: Tensor2D): Tensor2D {
  return div(vector, sqrt(add(sum(square(vector)), TINY)));
}
