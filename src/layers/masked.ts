import { add, mul, slice, sub, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { formatShape } from '../util/shape';
import { requireImage } from './check';
import type { Layer } from './layer';

/**
 * Changes an image only where it has to: `body` gives a new image and, as its last channel, a mask, both in
 * [−1, 1] as tanh has them. With the mask brought to [0, 1] the result is `x + mask · (new − x)`: where it is 0
 * the input stays as it is. The weights are those of the body.
 *
 * @throws {ShapeError} on building, unless the body keeps height and width and adds one channel.
 * @see Pumarola et al. 2018, GANimation, equation 1, https://arxiv.org/abs/1807.09251, whose mask is 1 where the
 *   input stays
 */
export function masked(body: Layer): Layer {
  return {
    config: { kind: 'masked', body: body.config },
    build(inputShape, scope) {
      const [height, width, channels] = requireImage('masked', inputShape);
      const inner = body.build(inputShape, scope);
      const wanted = formatShape([height, width, channels + 1]);
      if (formatShape(inner.outputShape) !== wanted) {
        throw new ShapeError(
          `masked: body must give the image and one channel of mask, ${wanted}, got ${formatShape(inner.outputShape)}`,
        );
      }
      const part = (y: Tensor, from: number, size: number) =>
        slice(y, [0, 0, 0, from], [y.shape[0]!, height, width, size]);
      return {
        outputShape: inputShape,
        apply(x, mode) {
          const y = inner.apply(x, mode);
          const mask = mul(add(part(y, channels, 1), 1), 0.5);
          return add(x, mul(mask, sub(part(y, 0, channels), x)));
        },
      };
    },
  };
}
