import { ArgumentError } from '../errors';

/** @throws {ArgumentError} unless `value` is an integer ≥ `minimum`. */
export function requireInteger(caller: string, name: string, value: number, minimum = 1): void {
  if (!Number.isInteger(value) || value < minimum) {
    throw new ArgumentError(`${caller}: ${name} must be an integer of at least ${minimum}, got ${value}`);
  }
}

/** @throws {ArgumentError} unless `value` is a finite number in [minimum, maximum]. */
export function requireNumber(
  caller: string,
  name: string,
  value: number,
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < minimum || value > maximum) {
    throw new ArgumentError(
      `${caller}: ${name} must be a number in [${minimum}, ${maximum}], got ${String(value)}`,
    );
  }
}
