import {
  abs,
  add,
  cast,
  greater,
  matMul,
  max,
  mul,
  reshape,
  sigmoid,
  split,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tanh,
  transpose,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { detach } from '../ops/detach';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { type InitializerConfig, initializer } from './initializers';
import type { Layer, Mode, Weight } from './layer';

export interface GruOptions {
  /** Length of the state. */
  readonly units: number;
  /** Give the state after every step, not only after the last; default false. */
  readonly sequences?: boolean;
  /** Let the state pass unchanged where all of a step's inputs are zero, as padding's are; default true. */
  readonly masked?: boolean;
  /** Of `kernel`; default `glorotUniform`. */
  readonly kernelInitializer?: InitializerConfig;
  /** Of `recurrent`; default `orthogonal`. */
  readonly recurrentInitializer?: InitializerConfig;
}

/**
 * Gated recurrent units over a sequence, from `[N, T, in]` to the last state `[N, units]`, or to all of them
 * `[N, T, units]`. From the state h, which starts at zero, and a step's input x:
 *
 *     r = sigmoid(Wr x + br + Ur h + cr)     z = sigmoid(Wz x + bz + Uz h + cz)
 *     n = tanh(Wn x + bn + r · (Un h + cn))  h ← z · h + (1 − z) · n
 *
 * with the reset gate r after the product, as PyTorch has it. Weights: `kernel` `[in, 3 units]` and `recurrent`
 * `[units, 3 units]`, the parts in the order r, z, n, `bias` and `recurrentBias` `[3 units]`. The number of steps is
 * the input's, whatever is padding in it, so the graph is the same for every batch.
 *
 * @throws {ShapeError} on building, if the input is not `[T, in]`.
 * @see Cho et al. 2014, https://arxiv.org/abs/1406.1078
 */
export function gru(options: GruOptions): Layer {
  const { units, sequences = false, masked = true } = options;
  const { kernelInitializer = 'glorotUniform', recurrentInitializer = 'orthogonal' } = options;
  requireInteger('gru', 'units', units);
  return {
    config: { kind: 'gru', units, sequences, masked, kernelInitializer, recurrentInitializer },
    build(inputShape, scope) {
      const [steps, inputs] = inputShape;
      if (inputShape.length !== 2 || steps === undefined || inputs === undefined) {
        throw new ShapeError(
          `gru: input must be [steps, features], got ${formatShape(inputShape)}; put an embedding or a reshape before it`,
        );
      }
      const weights: Weights = {
        kernel: scope.parameter('kernel', [inputs, 3 * units], initializer(kernelInitializer)),
        recurrent: scope.parameter('recurrent', [units, 3 * units], initializer(recurrentInitializer)),
        bias: scope.parameter('bias', [3 * units], initializer('zeros')),
        recurrentBias: scope.parameter('recurrentBias', [3 * units], initializer('zeros')),
      };
      return {
        outputShape: sequences ? [steps, units] : [units],
        apply(x, mode) {
          const states = run(x, weights, units, masked, mode);
          return sequences ? stack(states, 1) : states[states.length - 1]!;
        },
      };
    },
  };
}

type Weights = Readonly<Record<'kernel' | 'recurrent' | 'bias' | 'recurrentBias', Weight>>;

/** The states `[N, units]` after each step. */
function run(x: Tensor, weights: Weights, units: number, masked: boolean, mode: Mode): Tensor[] {
  const [count, steps, inputs] = x.shape as [number, number, number];
  // Step by step in memory, and all that does not wait for a state in one product.
  const ordered = transpose(x, [1, 0, 2]);
  const flat = reshape(ordered, [steps * count, inputs]) as Tensor2D;
  const projected = add(matMul(flat, weights.kernel.read(mode) as Tensor2D), weights.bias.read(mode));
  const gates = [2 * units, units];
  const [fromInput, candidateFromInput] = split(reshape(projected, [steps, count, 3 * units]), gates, 2);
  const inputGates = unstack(fromInput!);
  const inputCandidates = unstack(candidateFromInput!);
  const present = masked ? presence(ordered) : undefined;

  const recurrent = weights.recurrent.read(mode) as Tensor2D;
  const recurrentBias = weights.recurrentBias.read(mode);
  let state: Tensor = zeros([count, units]);
  return inputGates.map((inputGate, step) => {
    const fromState = add(matMul(state as Tensor2D, recurrent), recurrentBias);
    const [stateGate, stateCandidate] = split(fromState, gates, 1);
    const [reset, keep] = split(sigmoid(add(inputGate, stateGate!)), 2, 1);
    const candidate = tanh(add(inputCandidates[step]!, mul(reset!, stateCandidate!)));
    // The formula's h' as h + (1 − z)(n − h): what is padding changes nothing.
    const change = mul(sub(1, keep!), sub(candidate, state));
    state = add(state, present ? mul(present[step]!, change) : change);
    return state;
  });
}

/** For each step `[N, 1]`: 0 where all inputs are zero, else 1. No gradient goes through it. */
function presence(ordered: Tensor): Tensor[] {
  return unstack(detach(() => cast(greater(max(abs(ordered), 2, true), 0), 'float32')));
}
