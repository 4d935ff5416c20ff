import { logSoftmax, mul, neg, reshape, sigmoid, softmax, sub, sum } from '@tensorflow/tfjs-core';
import type { InlineGradient } from './tape';

/** Gradients that TF.js writes inside an op, by the name of the op's scope. */
export const inlineGradients: ReadonlyMap<string, InlineGradient> = new Map<string, InlineGradient>([
  ['logSigmoid__op', (dy, [x]) => [() => mul(dy, sigmoid(neg(x!)))]],
  [
    'softmaxCrossEntropy__op',
    (dy, [labels, logits]) => {
      const column = reshape(dy, [...dy.shape, 1]);
      return [
        () => neg(mul(column, logSoftmax(logits!))),
        () => mul(column, sub(mul(softmax(logits!), sum(labels!, -1, true)), labels!)),
      ];
    },
  ],
]);
