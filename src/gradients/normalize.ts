import {
  add,
  engine,
  type GradConfig,
  matMul,
  mul,
  neg,
  pow,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { constant, kernel, sumTo } from './support';

type LrnAttrs = Record<'depthRadius' | 'bias' | 'alpha' | 'beta', number>;

/** 1 where two channels are within `radius` of each other. */
function channelBand(channels: number, radius: number): Tensor {
  const band = new Float32Array(channels * channels);
  for (let i = 0; i < band.length; i++) {
    const distance = Math.abs((i % channels) - Math.floor(i / channels));
    band[i] = distance <= radius ? 1 : 0;
  }
  return constant(() => tensor2d(band, [channels, channels]));
}

/**
 * Derivative of local response normalisation `y = x · s^−β`, `s = bias + α · Σ x²` over nearby channels, made
 * of ops that can be differentiated again: `dy · s^−β − 2αβ · x · Σ dy · x · s^(−β−1)`.
 */
function lrnAdjoint(dy: Tensor, x: Tensor, { depthRadius, bias, alpha, beta }: LrnAttrs): Tensor {
  const channels = x.shape[3]!;
  const band = channelBand(channels, depthRadius);
  const nearby = (values: Tensor) => reshape(matMul(reshape(values, [-1, channels]), band), x.shape);
  const s = add(mul(nearby(square(x)), alpha), bias);
  const through = nearby(mul(mul(dy, x), pow(s, -beta - 1)));
  return sub(mul(dy, pow(s, -beta)), mul(mul(x, through), 2 * alpha * beta));
}

/** Normalisation kernels of TF.js. */
export const normalizeGradients: readonly GradConfig[] = [
  {
    kernelName: 'LRN',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () =>
        engine().isTapeOn()
          ? lrnAdjoint(dy as Tensor, x!, attrs as LrnAttrs)
          : kernel('LRNGrad', { x: x!, y: y!, dy: dy as Tensor }, attrs),
    }),
  },
  {
    kernelName: 'FusedBatchNorm',
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradFunc: (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
      const d = dy as Tensor;
      const inverse = () => rsqrt(add(variance!, varianceEpsilon as number));
      const scaled = () => (scale ? mul(d, scale) : d);
      const centred = () => sub(x!, mean!);
      return {
        x: () => mul(scaled(), inverse()),
        mean: () => sumTo(neg(mul(scaled(), inverse())), mean!.shape),
        variance: () => {
          const cube = mul(inverse(), mul(square(inverse()), -0.5));
          return sumTo(mul(mul(scaled(), centred()), cube), variance!.shape);
        },
        scale: () => sumTo(mul(d, mul(centred(), inverse())), mean!.shape),
        offset: () => sumTo(d, mean!.shape),
      };
    },
  },
];
