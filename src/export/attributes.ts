import { type NamedAttrMap, slice_util, type TensorInfo } from '@tensorflow/tfjs-core';

/**
 * A call's attributes with an entry for each axis, where TF.js lets some be left out or inferred.
 *
 * @param x the first input.
 * @param shape of the first output.
 */
export function wholeAttributes(
  kernel: string,
  x: TensorInfo,
  attributes: NamedAttrMap,
  shape: readonly number[],
): NamedAttrMap {
  switch (kernel) {
    case 'Reshape':
      return { ...attributes, shape: [...shape] };
    case 'Slice': {
      const { begin, size } = attributes as { begin: number | number[]; size?: number | number[] };
      return { begin: slice_util.parseSliceParams(x, begin, size)[0]!, size: [...shape] };
    }
    case 'Conv2DBackpropInput':
      return { ...attributes, inputShape: [...shape] };
    default:
      return attributes;
  }
}
