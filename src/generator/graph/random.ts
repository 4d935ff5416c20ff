import { BINARY_ADD, BINARY_MULTIPLY } from '../../../assembly/abi/elementwise';
import { recordRandomNormal, recordRandomUniform } from '../../program/records/random';
import { sizeOf } from '../../util/shape';
import { numberOf, numbersOf } from './attributes';
import { typeOf } from './cast';
import type { Operator } from './context';
import { applyBinary } from './elementwise';
import { orderOf, rowMajor } from './value';

/** Keys of the nodes' draws: beyond the seeds that anything else is drawn under. */
const FIRST_KEY = 2 ** 52;

/**
 * Noise. A seed of the node's own is not used: the generator's says what is drawn, at each run anew. Different nodes
 * draw different numbers.
 */
const random =
  (normal: boolean, like: boolean): Operator =>
  (context, node) => {
    const x = like ? context.input(node, 0) : undefined;
    const shape = x?.shape ?? numbersOf(node, 'shape') ?? [];
    if (typeOf(context, node, 'dtype', 1) !== 'float32') throw context.fail(node, 'floats', 'integers');
    let y = context.allocate(node, 'float32', shape, x ? orderOf(x) : rowMajor(shape.length));
    const key = { seed: FIRST_KEY + context.draws++, draw: 0 };
    const { recorder } = context;
    const length = sizeOf(shape);
    if (length > 0) {
      if (normal) recordRandomNormal(recorder, y.address, length, key);
      else {
        const [low, high] = [numberOf(node, 'low', 0), numberOf(node, 'high', 1)];
        recordRandomUniform(recorder, y.address, length, key, low, high);
      }
    }
    const [scale, mean] = normal ? [numberOf(node, 'scale', 1), numberOf(node, 'mean', 0)] : [1, 0];
    const number = (value: number) => context.constant('float32', [], [value]);
    if (scale !== 1) y = applyBinary(context, node, y, number(scale), BINARY_MULTIPLY);
    if (mean !== 0) y = applyBinary(context, node, y, number(mean), BINARY_ADD);
    context.output(node, y);
  };

export const RANDOM_OPERATORS: Readonly<Record<string, Operator>> = {
  RandomNormal: random(true, false),
  RandomNormalLike: random(true, true),
  RandomUniform: random(false, false),
  RandomUniformLike: random(false, true),
};
