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
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(words.length);
  // Networks have tens of millions of weights: no call for each.
  for (let i = 0; i < words.length; i++) {
    const magnitude = words[i]! & 0x7fffffff;
    let half = NAN;
    if (magnitude < SMALLEST_NORMAL) {
      // A float's last digit next to 0.5 is 2⁻²⁴, as a small half's is: the addition rounds.
      float[0] = Math.abs(floats[i]!) + 0.5;
      half = bits[0]! - 0x3f000000;
    } else if (magnitude <= 0x7f800000) {
      const even = (magnitude >>> 13) & 1;
      half = Math.min(INFINITY, (magnitude - 0x38000000 + 0xfff + even) >>> 13);
    }
    halves[i] = half | ((words[i]! >>> 16) & SIGN);
  }
  return halves;
}

/** The values of halves, exactly. */
export function fromFloat16(halves: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < values.length; i++) {
    const half = halves[i]!;
    bits[0] = (half & ~SIGN) << 13;
    if ((half & INFINITY) === INFINITY) bits[0] |= 0x7f800000;
    const magnitude = float[0]! * REBIAS;
    values[i] = half & SIGN ? -magnitude : magnitude;
  }
  return values;
}
