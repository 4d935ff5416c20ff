import {
  backend_util,
  matMul,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  pad,
  reshape,
  stack,
  stridedSlice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core';

/** Attributes of Conv2DBackpropFilter, as TF.js passes them. */
interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * Conv2DBackpropFilter out of ops that a backend has: for each tap of the filter the pixels that it meets,
 * `[N·H·W, in]`, transposed, times `dy`, `[N·H·W, out]`. Ops called within a kernel are not recorded on a tape.
 *
 * @param inputs `x` `[N, H, W, in]` and `dy` `[N, H', W', out]`.
 * @returns `[height, width, in, out]`, or undefined for NCHW.
 */
export function filterGradient(inputs: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | undefined {
  const {
    strides,
    pad: padding,
    dataFormat,
    dimRoundingMode,
    filterShape,
  } = attrs as NamedAttrMap & Attributes;
  if (dataFormat === 'NCHW') return undefined;
  const x = inputs.x as Tensor4D;
  const dy = inputs.dy as Tensor4D;
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, padding, dimRoundingMode);
  const { batchSize, inChannels, outChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { filterHeight, filterWidth, padInfo } = info;
  const pixels = batchSize * outHeight * outWidth;
  // From the first pixel that a tap meets to one past the last.
  const rows = (outHeight - 1) * strideHeight + 1;
  const columns = (outWidth - 1) * strideWidth + 1;
  return tidy(() => {
    const bordered = pad(x, [
      [0, 0],
      [padInfo.top, Math.max(0, rows + filterHeight - 1 - padInfo.top - info.inHeight)],
      [padInfo.left, Math.max(0, columns + filterWidth - 1 - padInfo.left - info.inWidth)],
      [0, 0],
    ]);
    const gradient: Tensor2D = reshape(dy, [pixels, outChannels]);
    const taps: Tensor[] = [];
    for (let i = 0; i < filterHeight; i++) {
      for (let j = 0; j < filterWidth; j++) {
        const end = [batchSize, i + rows, j + columns, inChannels];
        const met = stridedSlice(bordered, [0, i, j, 0], end, [1, strideHeight, strideWidth, 1]);
        taps.push(matMul(reshape(met, [pixels, inChannels]), gradient, true, false));
      }
    }
    return reshape(stack(taps), filterShape);
  });
}
