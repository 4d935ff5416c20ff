import {
  einsum,
  type GradConfig,
  matMul,
  reshape,
  type Tensor,
  tile,
  transpose,
} from '@tensorflow/tfjs-core';
import { float, sumTo } from './support';

/** Derivative of `einsum` by the operand with subscripts `own`: the equation turned round. */
function einsumAdjoint(dy: Tensor, output: string, own: string, shape: number[], other?: Operand): Tensor {
  // A label that only this operand has was summed alone: dy is the same all along it.
  const shared = [...own].filter((label) => output.includes(label) || other?.labels.includes(label));
  const target = shared.join('');
  const derivative = other
    ? einsum(`${output},${other.labels}->${target}`, dy, other.values)
    : output === target
      ? dy
      : transpose(
          dy,
          shared.map((label) => output.indexOf(label)),
        );
  const kept = [...own].map((label, axis) => (shared.includes(label) ? shape[axis]! : 1));
  const reps = shape.map((size, axis) => size / kept[axis]!);
  const aligned = reshape(derivative, kept);
  return reps.every((count) => count === 1) ? aligned : tile(aligned, reps);
}

interface Operand {
  readonly labels: string;
  readonly values: Tensor;
}

/** Matrix products. */
export const matmulGradients: readonly GradConfig[] = [
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, { transposeA, transposeB }) => {
      const d = dy as Tensor;
      const a = float(saved[0]!);
      const b = float(saved[1]!);
      return {
        a: () =>
          sumTo(transposeA ? matMul(b, d, !!transposeB, true) : matMul(d, b, false, !transposeB), a.shape),
        b: () =>
          sumTo(transposeB ? matMul(d, a, true, !!transposeA) : matMul(a, d, !transposeA, false), b.shape),
      };
    },
  },
  {
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, saved, { equation }) => {
      const [inputs, output] = (equation as string).replace(/\s/g, '').split('->') as [string, string];
      const operands = inputs.split(',').map((labels, i): Operand => ({ labels, values: float(saved[i]!) }));
      return Object.fromEntries(
        operands.map(({ labels, values }, i) => [
          i,
          () => einsumAdjoint(dy as Tensor, output, labels, values.shape, operands[1 - i]),
        ]),
      );
    },
  },
];
