import { type GradConfig, type NamedAttrMap, stridedSlice, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../util/shape';
import { spread } from './layout';
import { kernel } from './support';

/**
 * A convolution y(x, filter) is linear in both, and its three kernels (forward, input gradient, filter
 * gradient) are each other's derivatives, so a family is closed under differentiation to any order.
 */
interface Family {
  readonly forward: string;
  /** The kernel of the derivative by the input: takes `dy`, `filter` and the input's shape. */
  readonly byInput: string;
  /** The kernel of the derivative by the filter: takes `x`, `dy` and the filter's shape. */
  readonly byFilter: string;
  /** Number of spatial axes. */
  readonly rank: number;
}

const FAMILIES: readonly Family[] = [
  { forward: 'Conv2D', byInput: 'Conv2DBackpropInput', byFilter: 'Conv2DBackpropFilter', rank: 2 },
  {
    forward: 'DepthwiseConv2dNative',
    byInput: 'DepthwiseConv2dNativeBackpropInput',
    byFilter: 'DepthwiseConv2dNativeBackpropFilter',
    rank: 2,
  },
  { forward: 'Conv3D', byInput: 'Conv3DBackpropInputV2', byFilter: 'Conv3DBackpropFilterV2', rank: 3 },
];

function gradientsOf({ forward, byInput, byFilter, rank }: Family): GradConfig[] {
  const common = ({ strides, pad, dataFormat, dimRoundingMode }: NamedAttrMap, dilations: number[]) => ({
    strides: strides!,
    pad: pad!,
    dataFormat: dataFormat!,
    dimRoundingMode: dimRoundingMode!,
    dilations,
  });
  const ones = new Array<number>(rank).fill(1);
  const convolve = (x: Tensor, filter: Tensor, attrs: NamedAttrMap) =>
    kernel(forward, { x, filter }, common(attrs, ones));
  const inputGradient = (dy: Tensor, filter: Tensor, inputShape: Shape, attrs: NamedAttrMap) =>
    kernel(byInput, { dy, filter }, { ...common(attrs, ones), inputShape: [...inputShape] });
  const filterGradient = (x: Tensor, dy: Tensor, filterShape: Shape, attrs: NamedAttrMap) =>
    kernel(byFilter, { x, dy }, { ...common(attrs, ones), filterShape: [...filterShape] });

  return [
    {
      kernelName: forward,
      inputsToSave: ['x', 'filter'],
      gradFunc: (dy, [x, filter], attrs) => {
        const d = dy as Tensor;
        const steps = dilationsOf(attrs, rank);
        if (steps.every((step) => step === 1)) {
          return {
            x: () => inputGradient(d, filter!, x!.shape, attrs),
            filter: () => filterGradient(x!, d, filter!.shape, attrs),
          };
        }
        // The gradient kernels know no dilation: write the filter out, zeros between its taps.
        const wide = [...filter!.shape].map((size, axis) => (size - 1) * (steps[axis] ?? 1) + 1);
        const strides = filter!.shape.map((_, axis) => steps[axis] ?? 1);
        return {
          x: () => inputGradient(d, spread(filter!, strides), x!.shape, attrs),
          filter: () =>
            stridedSlice(
              filterGradient(x!, d, wide, attrs),
              wide.map(() => 0),
              wide,
              strides,
            ),
        };
      },
    },
    {
      kernelName: byInput,
      inputsToSave: ['dy', 'filter'],
      gradFunc: (d, [dy, filter], attrs) => ({
        dy: () => convolve(d as Tensor, filter!, attrs),
        filter: () => filterGradient(d as Tensor, dy!, filter!.shape, attrs),
      }),
    },
    {
      kernelName: byFilter,
      inputsToSave: ['x', 'dy'],
      gradFunc: (d, [x, dy], attrs) => ({
        x: () => inputGradient(dy!, d as Tensor, x!.shape, attrs),
        dy: () => convolve(x!, d as Tensor, attrs),
      }),
    },
  ];
}

function dilationsOf({ dilations }: NamedAttrMap, rank: number): number[] {
  const given = (dilations ?? 1) as number | number[];
  return typeof given === 'number' ? new Array<number>(rank).fill(given) : given;
}

/** Convolutions, transposed convolutions included. */
export const convolutionGradients: readonly GradConfig[] = FAMILIES.flatMap(gradientsOf);
