import { ArgumentError } from '../../errors';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import type { OnnxTensor, OnnxType } from './model';
import { encodeElements } from './values';

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}

/** The 16 bits of the nearest half-precision float, ties to even; infinite from 65520. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 they are as far apart as just above it.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // A carry out of the fraction runs into the exponent, as it should.
  return sign | (((exponent + 14) << 10) + steps);
}

const bits = new DataView(new ArrayBuffer(4));

/** The upper 16 bits of the float, rounded to even. */
function floatToBrain(value: number): number {
  bits.setFloat32(0, value);
  if (Number.isNaN(value)) return 0x7fc0;
  return roundToEven(bits.getUint32(0) / 2 ** 16);
}

/**
 * A constant of these elements.
 *
 * @param values whole, where the type is; not 0 is true.
 * @throws {ArgumentError} if the shape does not fit them.
 */
export function tensorOf(values: ArrayLike<number>, shape: Shape, type: OnnxType, name = ''): OnnxTensor {
  if (sizeOf(shape) !== values.length) {
    throw new ArgumentError(
      `tensorOf: a shape must fit its values, got '${name}' ${formatShape(shape)} with ${values.length}`,
    );
  }
  const convert = {
    float16: floatToHalf,
    bfloat16: floatToBrain,
    bool: (value: number) => Number(value !== 0),
  };
  const elements = type in convert ? Array.from(values, convert[type as keyof typeof convert]) : values;
  return { name, type, shape, bytes: encodeElements(elements, type) };
}
