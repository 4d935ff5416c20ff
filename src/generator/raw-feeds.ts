import { ShapeError } from '../errors';
import type { OnnxValue } from '../formats/onnx/model';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import { brief } from '../util/text';
import type { Feed } from './graph/compiled';
import type { RawTensor } from './graph/reorder';

/**
 * What a graph's inputs are given as they are, by name.
 *
 * @throws {ShapeError} if one is missing or has another shape.
 */
export function rawFeeds(inputs: readonly OnnxValue[], given: Readonly<Record<string, RawTensor>>) {
  const shapes: [string, Shape][] = [];
  const feeds: [string, Feed][] = [];
  for (const { name, shape = [] } of inputs) {
    // A file may name its inputs as it likes, `constructor` too.
    const tensor = Object.hasOwn(given, name) ? given[name] : undefined;
    const sizes: Shape = Array.isArray(tensor?.shape) ? tensor.shape : [];
    const numbers = tensor?.data?.length ?? 0;
    const fits = sizes.every((size, axis) => typeof shape[axis] === 'string' || shape[axis] === size);
    if (!tensor || sizes.length !== shape.length || !fits || sizeOf(sizes) !== numbers) {
      const got = tensor ? `${formatShape(sizes)} and ${numbers} numbers` : 'none';
      throw new ShapeError(`run: input ${brief(name)} must be ${brief(shape)}, got ${got}`);
    }
    shapes.push([name, sizes]);
    feeds.push([name, tensor]);
  }
  return { shapes: Object.fromEntries(shapes), feeds: Object.fromEntries(feeds) };
}
