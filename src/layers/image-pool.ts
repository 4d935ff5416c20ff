import {
  add,
  cast,
  equal,
  floor,
  greaterEqual,
  less,
  logicalAnd,
  matMul,
  minimum,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { detach } from '../ops/detach';
import { requireInteger } from '../util/require';
import { sizeOf } from '../util/shape';
import { initializer } from './initializers';
import type { Layer, Mode, State } from './layer';

export interface ImagePoolOptions {
  /** Images that are kept; 0 for none: the layer is then the identity. Default 50. */
  readonly size?: number;
}

/**
 * A pool of images that a generator made, so that its discriminator goes on seeing what it made earlier. In its
 * owner's update in training, for each image that comes in: as long as there is room, it is stored and goes out;
 * then, with probability ½, it takes the place of a stored image, which goes out, and else goes out itself. Else the
 * identity. What goes out is a constant: no gradient passes.
 *
 * A batch changes places all at once: its images meet different stored ones, and none from their own batch. Where a
 * batch fills the pool up, or is larger than the pool, the images for which there is no place go out themselves.
 *
 * State: `images` `[size, …inputShape]`, `count` `[]`, the number of images stored.
 *
 * @throws {ArgumentError} unless the size is an integer ≥ 0.
 * @see Shrivastava et al. 2017, https://arxiv.org/abs/1612.07828, section 2.3
 * @see Zhu et al. 2017, https://arxiv.org/abs/1703.10593, section 4
 */
export function imagePool(options: ImagePoolOptions = {}): Layer {
  const { size = 50 } = options;
  requireInteger('imagePool', 'size', size, 0);
  return {
    config: { kind: 'imagePool', size },
    build(inputShape, scope) {
      if (size === 0) return { outputShape: inputShape, apply: (x) => x };
      const images = scope.state('images', [size, ...inputShape], initializer('zeros'));
      const count = scope.state('count', [], initializer('zeros'));
      return {
        outputShape: inputShape,
        apply: (x, mode) => (mode.updateState ? exchange(x, images, count, size, mode) : x),
      };
    },
  };
}

/** Where each image of a batch goes: everything in fixed shapes, without a value being read. */
function exchange(x: Tensor, images: State, count: State, size: number, { random }: Mode): Tensor {
  const [batch] = x.shape as [number];
  const values = sizeOf(x.shape) / batch;
  return detach(() => {
    const numbers = counted(batch);
    const stored = count.read();
    const free = add(stored, numbers);
    const filling = less(free, size);
    const tossed = logicalAnd(less(random.uniform([batch]), 0.5), greaterEqual(stored, size));
    const exchanged = cast(logicalAnd(tossed, less(numbers, size)), 'float32');
    const place = add(
      mul(free, cast(filling, 'float32')),
      mul(differentPlaces(batch, size, random), exchanged),
    );

    // Row n has a one at the place of image n: products with it move whole images, to the bit.
    const goesIn = add(cast(filling, 'float32'), exchanged);
    const at = cast(equal(reshape(place, [batch, 1]), reshape(counted(size), [1, size])), 'float32');
    const putIn = mul(at, reshape(goesIn, [batch, 1])) as Tensor2D;
    const takeOut = mul(at, reshape(exchanged, [batch, 1])) as Tensor2D;
    const incoming = reshape(x, [batch, values]) as Tensor2D;
    const pool = reshape(images.read(), [size, values]) as Tensor2D;
    const output = add(matMul(takeOut, pool), mul(incoming, reshape(sub(1, exchanged), [batch, 1])));
    const kept = mul(pool, reshape(sub(1, sum(putIn, 0)), [size, 1]));
    const next = add(kept, matMul(putIn, incoming, true));

    images.average(reshape(next, [size, ...x.shape.slice(1)]), 0);
    count.average(minimum(add(stored, batch), size), 0);
    return reshape(output, x.shape);
  });
}

/** 0, 1, … count − 1 */
const counted = (count: number) => tensor1d(Array.from({ length: count }, (_, i) => i));

/**
 * A random place in [0, size) for each of the first `size` images of a batch, no two the same, each place equally
 * likely: one from each stretch of the pool, all turned by one random number.
 */
function differentPlaces(batch: number, size: number, random: Mode['random']): Tensor {
  const stretches = Math.min(batch, size);
  const starts = Array.from({ length: batch }, (_, i) => Math.ceil((i * size) / stretches));
  const lengths = starts.map((start, i) => Math.ceil(((i + 1) * size) / stretches) - start);
  const chosen = add(tensor1d(starts), floor(mul(random.uniform([batch]), tensor1d(lengths))));
  const turned = add(chosen, floor(mul(random.uniform([]), size)));
  return sub(turned, mul(cast(greaterEqual(turned, size), 'float32'), size));
}
