/** Eigenvalues, largest first, and for each a unit vector. */
export interface Eigen {
  readonly values: Float64Array;
  /** Row k belongs to value k; its largest component is positive. */
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal, QR steps with
 * Wilkinson's shift make that diagonal. Errors are about 1e-15 of the largest eigenvalue's size.
 *
 * @param matrix `[n, n]`, row by row, finite; it is overwritten.
 * @see Golub & Van Loan 2013, Matrix Computations, algorithms 8.3.1 and 8.3.3
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const rows = Array.from({ length: n }, (_, i) => matrix.subarray(i * n, (i + 1) * n));
  const vectors = rows.map((_, i) => {
    const unit = new Float64Array(n);
    unit[i] = 1;
    return unit;
  });
  const beside = tridiagonalize(rows, vectors);
  const diagonal = Float64Array.from(rows, (row, i) => row[i]!);
  diagonalize(diagonal, beside, vectors);
  const order = [...diagonal.keys()].sort((a, b) => diagonal[b]! - diagonal[a]!);
  return {
    values: Float64Array.from(order, (i) => diagonal[i]!),
    vectors: order.map((i) => withPositivePeak(vectors[i]!)),
  };
}

/** Leaves the diagonal in `rows` and returns what is beside it; `vectors` takes part in each reflection. */
function tridiagonalize(rows: readonly Float64Array[], vectors: readonly Float64Array[]): Float64Array {
  const n = rows.length;
  const beside = new Float64Array(Math.max(0, n - 1));
  for (let k = 0; k < n - 1; k++) {
    const first = k + 1;
    const v = Float64Array.from(rows.slice(first), (row) => row[k]!);
    const length = Math.hypot(...v);
    beside[k] = v[0]! > 0 ? -length : length;
    v[0]! -= beside[k]!;
    const reflected = Math.hypot(...v);
    if (reflected === 0 || k === n - 2) {
      // One number, or nothing but zeros, is in place as it is.
      beside[k] = rows[first]![k]!;
      continue;
    }
    for (let i = 0; i < v.length; i++) v[i]! /= reflected;
    const w = v.map((_, i) => dot(v, rows[first + i]!, first));
    const along = dot(v, w, 0);
    for (let i = 0; i < v.length; i++) w[i]! -= along * v[i]!;
    for (const [i, vi] of v.entries()) {
      const row = rows[first + i]!;
      for (let j = 0; j < v.length; j++) row[first + j]! -= 2 * (vi * w[j]! + w[i]! * v[j]!);
    }
    const sums = new Float64Array(n);
    for (const [i, vi] of v.entries()) addScaled(sums, vectors[first + i]!, vi);
    for (const [i, vi] of v.entries()) addScaled(vectors[first + i]!, sums, -2 * vi);
  }
  return beside;
}

/** QR steps from the end, where the shift makes what is beside the diagonal vanish first. */
function diagonalize(d: Float64Array, e: Float64Array, vectors: readonly Float64Array[]): void {
  const vanishes = (k: number) => Math.abs(e[k]!) <= Number.EPSILON * (Math.abs(d[k]!) + Math.abs(d[k + 1]!));
  let steps = 60 * d.length;
  for (let end = d.length - 1; end > 0 && steps > 0; ) {
    if (vanishes(end - 1)) {
      end -= 1;
      continue;
    }
    steps -= 1;
    let start = end - 1;
    while (start > 0 && !vanishes(start - 1)) start -= 1;
    const half = (d[end - 1]! - d[end]!) / 2;
    const corner = e[end - 1]!;
    const root = Math.hypot(half, corner);
    let x = d[start]! - d[end]! + (corner * corner) / (half + (half < 0 ? -root : root));
    let z = e[start]!;
    for (let k = start; k < end; k++) {
      const length = Math.hypot(x, z) || 1;
      const [c, s] = [x / length, z / length];
      if (k > start) e[k - 1] = length;
      const [above, below, between] = [d[k]!, d[k + 1]!, e[k]!];
      d[k] = c * c * above + 2 * c * s * between + s * s * below;
      d[k + 1] = s * s * above - 2 * c * s * between + c * c * below;
      e[k] = c * s * (below - above) + (c * c - s * s) * between;
      x = e[k]!;
      if (k + 1 < end) {
        z = s * e[k + 1]!;
        e[k + 1]! *= c;
      }
      const [one, other] = [vectors[k]!, vectors[k + 1]!];
      for (let i = 0; i < one.length; i++) {
        const value = one[i]!;
        one[i] = c * value + s * other[i]!;
        other[i] = c * other[i]! - s * value;
      }
    }
  }
}

/** Σ a[i] · b[offset + i] */
function dot(a: Float64Array, b: Float64Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[offset + i]!;
  return sum;
}

function addScaled(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * values[i]!;
}

/** A vector or its opposite: both are eigenvectors, and one has to be chosen. */
export function withPositivePeak(vector: Float64Array): Float64Array {
  let peak = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(peak)) peak = value;
  return peak < 0 ? vector.map((value) => -value) : vector;
}
