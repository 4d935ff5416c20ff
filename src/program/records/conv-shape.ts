import { ALIGNMENT } from '../../../assembly/abi/record';

/**
 * A two-dimensional convolution, images NHWC, filter HWIO. The field names are those of TF.js's `Conv2DInfo`,
 * so one of those will do.
 */
export interface ConvShape {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Zeros before the first row and column; those after the last follow from the output's size. */
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** Pointers are byte addresses. */
export interface ConvArgs {
  readonly shape: ConvShape;
  /** `[batch, inHeight, inWidth, inChannels]` */
  readonly x: number;
  /** `[filterHeight, filterWidth, inChannels, outChannels]` */
  readonly filter: number;
  /** `[batch, outHeight, outWidth, outChannels]` */
  readonly y: number;
  /** `[outChannels]`, or `[inChannels]` for the input gradient; added to every pixel of the result. */
  readonly bias?: number;
}

/** The record's words, in the order of Geometry. */
export function geometry(shape: ConvShape): number[] {
  return [
    shape.batchSize,
    shape.inHeight,
    shape.inWidth,
    shape.inChannels,
    shape.outHeight,
    shape.outWidth,
    shape.outChannels,
    shape.filterHeight,
    shape.filterWidth,
    shape.strideHeight,
    shape.strideWidth,
    shape.dilationHeight,
    shape.dilationWidth,
    shape.padInfo.top,
    shape.padInfo.left,
  ];
}

/** Floating-point operations of the direct method; multiply and add count 2. */
export function flops(s: ConvShape): number {
  return (
    2 * s.batchSize * s.outHeight * s.outWidth * s.outChannels * s.filterHeight * s.filterWidth * s.inChannels
  );
}

/** Bytes in whole cache lines. */
export function lines(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
