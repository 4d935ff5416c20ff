import { DataError } from '../errors';
import { formatShape, sameShape } from '../util/shape';
import type { Column, DataSource } from './source';

/** Two domains without pairs: example i of the one has nothing to do with example i of the other. */
export interface UnpairedData extends DataSource<'a' | 'b'> {
  readonly unpaired: true;
  /** The domains, whose `x` are the columns: each is drawn in an order of its own, epoch by epoch. */
  readonly parts: Readonly<Record<'a' | 'b', DataSource<'x'>>>;
}

/**
 * Two sources as the domains of a translation: columns `a` and `b` are the `x` of each. The size is that of the
 * larger; read by index, the smaller starts over at its end.
 *
 * @param domains both with an `x`, of one shape.
 * @throws {DataError} naming the domain, if it is empty, has no `x`, or is of another shape than the other.
 */
export function unpaired(domains: {
  readonly a: DataSource<'x'>;
  readonly b: DataSource<'x'>;
}): UnpairedData {
  const { a, b } = domains;
  checkDomain('a', a);
  checkDomain('b', b);
  const shapes = { a: a.shapes.x, b: b.shapes.x };
  if (!sameShape(shapes.a, shapes.b)) {
    throw new DataError(
      `unpaired: domains must have images of one shape, got ${formatShape(shapes.a)} in a ('${a.name}') and ${formatShape(shapes.b)} in b ('${b.name}'); read both with the same size and channels`,
    );
  }
  const readColumn = (source: DataSource<'x'>, indices: ArrayLike<number>): Column =>
    source.read(Uint32Array.from(indices, (index) => index % source.size)).x;
  return {
    name: `${a.name} ↔ ${b.name}`,
    size: Math.max(a.size, b.size),
    shapes,
    unpaired: true,
    parts: { a, b },
    read: (indices) => ({ a: readColumn(a, indices), b: readColumn(b, indices) }),
  };
}

function checkDomain(domain: 'a' | 'b', source: DataSource<'x'> | undefined): void {
  if (typeof source?.read !== 'function') {
    throw new DataError(`unpaired: domain ${domain} must be a data source, got ${typeof source}`);
  }
  if (!Number.isInteger(source.size) || source.size < 1) {
    throw new DataError(
      `unpaired: domain ${domain} ('${source.name}') must hold at least one example, got ${source.size}`,
    );
  }
  if (!source.shapes.x) {
    throw new DataError(
      `unpaired: domain ${domain} ('${source.name}') must have a column x, got ${Object.keys(source.shapes).join(', ')}`,
    );
  }
}
