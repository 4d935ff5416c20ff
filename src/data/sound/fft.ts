import { ArgumentError } from '../../errors';

/**
 * Squared magnitudes of the Fourier transform of `size` real numbers, in place of a plan: made once for a size.
 *
 * @param size a power of two of at least 2.
 * @returns A function from `size` numbers to the `size / 2 + 1` powers, which it writes to `out`.
 * @throws {ArgumentError} if the size is no power of two.
 * @see Cooley & Tukey 1965, https://doi.org/10.1090/S0025-5718-1965-0178586-1
 */
export function powerSpectrum(size: number): (input: ArrayLike<number>, out: Float64Array) => void {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new ArgumentError(`powerSpectrum: size must be a power of two of at least 2, got ${size}`);
  }
  const cos = new Float64Array(size / 2);
  const sin = new Float64Array(size / 2);
  for (let i = 0; i < size / 2; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const bits = Math.log2(size);
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  const re = new Float64Array(size);
  const im = new Float64Array(size);

  return (input, out) => {
    for (let i = 0; i < size; i++) re[i] = input[reversed[i]!]!;
    im.fill(0);
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let block = 0; block < size; block += 2 * half) {
        for (let k = 0; k < half; k++) {
          const a = block + k;
          const b = a + half;
          const c = cos[k * step]!;
          const s = sin[k * step]!;
          const real = re[b]! * c - im[b]! * s;
          const imaginary = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - real;
          im[b] = im[a]! - imaginary;
          re[a] = re[a]! + real;
          im[a] = im[a]! + imaginary;
        }
      }
    }
    for (let k = 0; k <= size / 2; k++) out[k] = re[k]! ** 2 + im[k]! ** 2;
  };
}
