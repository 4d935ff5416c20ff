import { DataError, type DataSource, type DcganSize, type Shape } from '../index';
import { formatShape } from '../util/shape';
import type { Recipe } from './recipe';

const SIZES: readonly number[] = [28, 32, 64];
const EXAMPLES: Readonly<Record<string, string>> = { a: 'a=PATH,b=PATH', b: 'a=PATH,b=PATH', x: 'PATH' };

/** @throws {DataError} if the data has no such column. */
export function requireColumn(recipe: Recipe, { shapes, name }: DataSource, column: string): Shape {
  const shape = shapes[column];
  if (shape) return shape;
  throw new DataError(
    `train: --game ${recipe.game} needs a column ${column}, got ${Object.keys(shapes).join(', ')} in '${name}'; name it in --data, e.g. ${EXAMPLES[column] ?? `x=PATH,${column}=PATH`}`,
  );
}

/** The side of square images that the models are for. */
export function dcganSize(shape: Shape): DcganSize {
  const [height, side] = shape as [number, number, number];
  if (height !== side || !SIZES.includes(side)) {
    const near = SIZES.find((size) => size >= Math.min(height, side)) ?? 64;
    throw new DataError(
      `train: images must be 28×28, 32×32 or 64×64, got ${formatShape(shape)}; pass --size ${near}`,
    );
  }
  return side as DcganSize;
}
