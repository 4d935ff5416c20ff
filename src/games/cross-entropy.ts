import { logSoftmax, mean, mul, neg, type Scalar, sum, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { floatOneHot } from '../layers/one-hot';
import { formatShape } from '../util/shape';

/**
 * Mean cross entropy of class logits against labels: `−mean(log softmax(logits)[label])`.
 *
 * @param logits `[N, classes]`, no softmax applied.
 * @param labels `[N]`, int32, 0 … classes − 1.
 * @returns Scalar ≥ 0.
 * @throws {ShapeError} if the shapes are not those, or the labels not int32.
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Scalar {
  const [count, classes] = logits.shape;
  if (logits.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== count || labels.dtype !== 'int32') {
    throw new ShapeError(
      `crossEntropy: logits must be [N, classes] and labels int32 [N], got ${formatShape(logits.shape)} and ${labels.dtype} ${formatShape(labels.shape)}`,
    );
  }
  const chosen = mul(floatOneHot(labels, classes!), logSoftmax(logits));
  return neg(mean<Scalar>(sum(chosen, 1)));
}
