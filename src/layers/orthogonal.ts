/**
 * Orthonormalises a random matrix by modified Gram–Schmidt, twice for accuracy: its rows, or its columns
 * where there are more rows than columns.
 *
 * @param values `rows × columns`, row-major; left as they are.
 * @returns `rows × columns`, row-major.
 */
export function orthogonalMatrix(values: Float32Array, rows: number, columns: number): Float32Array {
  const byColumn = rows > columns;
  const count = byColumn ? columns : rows;
  const length = byColumn ? rows : columns;
  const at = (vector: number, i: number) => (byColumn ? i * columns + vector : vector * columns + i);
  const vectors = Array.from({ length: count }, (_, vector) =>
    Float64Array.from({ length }, (_, i) => values[at(vector, i)]!),
  );
  for (let k = 0; k < count; k++) {
    const vector = vectors[k]!;
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = vectors[j]!;
        let dot = 0;
        for (let i = 0; i < length; i++) dot += vector[i]! * other[i]!;
        for (let i = 0; i < length; i++) vector[i]! -= dot * other[i]!;
      }
    }
    const norm = Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
  }
  const out = new Float32Array(values.length);
  vectors.forEach((vector, k) => {
    vector.forEach((value, i) => {
      out[at(k, i)] = value;
    });
  });
  return out;
}
