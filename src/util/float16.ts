const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

const SIGN = 0x8000;
const INFINITY = 0x7c00;
const NAN = 0x7e00;
/** Bits of the float 2⁻¹⁴, the smallest half with all ten digits. */
const SMALLEST_NORMAL = 0x38800000;
/** What the exponent's bias differs by: 2¹¹². */
const REBIAS = 2 ** 112;

/** IEEE half precision, rounded to nearest and ties to even; from 65520 on, infinity. */
export function toFloat16(values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, halfOf);
}

/** The values of halves, exactly. */
export function fromFloat16(halves: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return Float32Array.from(halves, (half) => {
    bits[0] = (half & ~SIGN) << 13;
    if ((half & INFINITY) === INFINITY) bits[0] |= 0x7f800000;
    const magnitude = float[0]! * REBIAS;
    return half & SIGN ? -magnitude : magnitude;
  });
}

function halfOf(value: number): number {
  float[0] = value;
  const sign = (bits[0]! >>> 16) & SIGN;
  const magnitude = bits[0]! & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | NAN;
  if (magnitude < SMALLEST_NORMAL) {
    // A float's last digit next to 0.5 is 2⁻²⁴, as a small half's is: the addition rounds.
    float[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const even = (magnitude >>> 13) & 1;
  return sign | Math.min(INFINITY, (magnitude - 0x38000000 + 0xfff + even) >>> 13);
}
