/**
 * |got − exact| in units in the last place of `exact` as an f32 (denormals have those of the smallest normal).
 * Where the exact result rounds to no finite number, 0 if `got` is what it rounds to and ∞ if not; the sign of
 * zero counts.
 */
export function ulps(got: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (!Number.isFinite(rounded) || exact === 0) return Object.is(got, rounded) ? 0 : Infinity;
  if (!Number.isFinite(got)) return Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(got - exact) / 2 ** (exponent - 23);
}
