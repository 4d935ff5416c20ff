import { DataError } from '../errors';
import { formatShape, type Shape, sameShape } from '../util/shape';
import type { DataFacts } from './game';

// What games ask of data before they are played on it.

/**
 * @param remedy for data without such a column.
 * @throws {DataError} unless the data has a column of a shape, naming both shapes and the remedy.
 */
export function requireColumn(
  caller: string,
  { name, shapes }: DataFacts,
  column: string,
  wanted: Shape,
  remedy = '',
): void {
  const found = shapes[column];
  const shape = formatShape(wanted);
  if (!found) {
    throw new DataError(
      `${caller}: '${name}' must have a column ${column} of shape ${shape}, got columns ${Object.keys(shapes).join(', ')}${remedy && `; ${remedy}`}`,
    );
  }
  if (!sameShape(found, wanted)) {
    const got = formatShape(found);
    throw new DataError(
      `${caller}: column ${column} of '${name}' must have the shape ${shape} that the models are made for, got ${got}; make the models for ${got}, or bring the data to ${shape}`,
    );
  }
}

/** @throws {DataError} if the data's labels have names for more classes than the models know. */
export function requireClasses(caller: string, { name, classes }: DataFacts, known: number): void {
  if (!classes || classes.length <= known) return;
  throw new DataError(
    `${caller}: models must know the ${classes.length} classes of '${name}', got ${known}; make the models for ${classes.length} classes`,
  );
}

/** @throws {DataError} if the columns of an example have nothing to do with each other. */
export function requirePaired(
  caller: string,
  { name, unpaired }: DataFacts,
  columns: string,
  remedy: string,
): void {
  if (!unpaired) return;
  throw new DataError(
    `${caller}: ${columns} of an example must belong together, got unpaired data '${name}'; ${remedy}`,
  );
}
