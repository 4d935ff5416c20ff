import { ArgumentError } from '../../errors';
import { toFloat16 } from '../../util/float16';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import type { OnnxTensor, OnnxType } from './model';
import { encodeElements } from './values';

const bits = new DataView(new ArrayBuffer(4));

/** The upper 16 bits of the float, rounded to even. */
function floatToBrain(value: number): number {
  bits.setFloat32(0, value);
  if (Number.isNaN(value)) return 0x7fc0;
  const all = bits.getUint32(0);
  return Math.floor((all + 0x7fff + ((all >>> 16) & 1)) / 2 ** 16);
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
  return { name, type, shape, bytes: encodeElements(stored(values, type), type) };
}

/** As `encodeElements` wants them. */
function stored(values: ArrayLike<number>, type: OnnxType): ArrayLike<number> {
  if (type === 'float16') return toFloat16(values);
  if (type === 'bfloat16') return Array.from(values, floatToBrain);
  return type === 'bool' ? Array.from(values, (value) => Number(value !== 0)) : values;
}
