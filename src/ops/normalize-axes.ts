/**
 * What shares a mean and a variance: a channel over the whole batch, a channel of one example, or all
 * channels of one example.
 */
export type NormalizeOver = 'batch' | 'instance' | 'layer';

/** The axes that one mean is taken over. */
export function normalizedAxes(rank: number, over: NormalizeOver): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (over === 'batch') return axes.slice(0, -1);
  return over === 'instance' ? axes.slice(1, -1) : axes.slice(1);
}

/** The moments' shape with axes of size 1 put back, so that it broadcasts against x. */
export function momentsShape(shape: readonly number[], over: NormalizeOver): number[] {
  const axes = normalizedAxes(shape.length, over);
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}
