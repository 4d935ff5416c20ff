import {
  OP_CONV,
  OP_CONV_FEW_PIXELS,
  OP_CONV_FILTER,
  OP_CONV_THIN_FILTER,
  OP_CONV_THIN_GRADIENT,
} from '../../assembly/abi/conv';
import { OP_GEMM, OP_GEMM_DOT, OP_GEMM_THIN } from '../../assembly/abi/gemm';
import { OP_WINOGRAD, OP_WINOGRAD_FILTER_PRODUCTS, OP_WINOGRAD_GRADIENT } from '../../assembly/abi/winograd';

/** Where a convolution's geometry begins among a record's parameters, by opcode. */
const GEOMETRY_AT: ReadonlyMap<number, number> = new Map([
  [OP_CONV, 1],
  [OP_CONV_FILTER, 0],
  [OP_CONV_THIN_FILTER, 1],
  [OP_CONV_THIN_GRADIENT, 0],
  [OP_CONV_FEW_PIXELS, 0],
  [OP_WINOGRAD, 0],
  [OP_WINOGRAD_GRADIENT, 0],
]);

/**
 * Floating-point operations of a record's product or convolution by the direct method, multiply and add counting 2; 0
 * for records that memory bounds rather than arithmetic.
 */
export function flopsOf(opcode: number, params: readonly number[]): number {
  switch (opcode) {
    case OP_GEMM:
      return 2 * product(params, 0, 3) * params[4]!;
    case OP_GEMM_THIN:
      return 2 * product(params, 0, 3) * params[5]!;
    case OP_GEMM_DOT:
      return 2 * product(params, 0, 3) * params[7]!;
    case OP_WINOGRAD_FILTER_PRODUCTS:
      // A block of images: behind the geometry come its first one and their number.
      return convolution([params[16]!, ...params.slice(1)]);
    default: {
      const at = GEOMETRY_AT.get(opcode);
      return at === undefined ? 0 : convolution(params.slice(at));
    }
  }
}

/** @param geometry as `ConvShape` has it, in the order of the record's words. */
function convolution(geometry: readonly number[]): number {
  const [batch, , , inChannels, outHeight, outWidth, outChannels, height, width] = geometry as number[];
  return 2 * product([batch!, outHeight!, outWidth!, outChannels!, height!, width!, inChannels!], 0, 7);
}

function product(numbers: readonly number[], from: number, to: number): number {
  return numbers.slice(from, to).reduce((all, each) => all * each, 1);
}
