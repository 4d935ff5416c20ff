// The shape of a convolution, and its decomposition by stride phase.

/** A convolution as its record holds it; sizes in elements, NHWC and HWIO. */
@unmanaged
export class Geometry {
  batch: i32;
  inH: i32;
  inW: i32;
  inC: i32;
  outH: i32;
  outW: i32;
  outC: i32;
  filterH: i32;
  filterW: i32;
  strideH: i32;
  strideW: i32;
  dilationH: i32;
  dilationW: i32;
  padTop: i32;
  padLeft: i32;
}

/**
 * One axis of a gather: the result's coordinates origin + g · spacing, g < count, each take `taps` inputs at
 * g · stride + first + t · step, with filter taps tap + t · tapStep, t < taps. step is positive.
 *
 * The forward convolution is one gather. The input gradient is one gather for each stride phase: the
 * coordinates that are equal modulo the stride meet the same taps, so no zero is ever multiplied.
 */
@unmanaged
export class Axis {
  origin: i32;
  spacing: i32;
  count: i32;
  stride: i32;
  first: i32;
  step: i32;
  taps: i32;
  tap: i32;
  tapStep: i32;

  /** Extent of the inputs that `count` neighbouring results take. */
  reach(count: i32): i32 {
    return (count - 1) * this.stride + (this.taps - 1) * this.step + 1;
  }
}

function forwardAxis(axis: Axis, out: i32, filter: i32, stride: i32, dilation: i32, pad: i32): void {
  axis.origin = 0;
  axis.spacing = 1;
  axis.count = out;
  axis.stride = stride;
  axis.first = -pad;
  axis.step = dilation;
  axis.taps = filter;
  axis.tap = 0;
  axis.tapStep = 1;
}

// Input h gets from output o through tap t where h + pad = o · stride + t · dilation; o ascending, t descends.
function gradientAxis(
  axis: Axis,
  phase: i32,
  size: i32,
  filter: i32,
  stride: i32,
  dilation: i32,
  pad: i32,
): void {
  axis.origin = phase;
  axis.spacing = stride;
  axis.count = size > phase ? (size - phase + stride - 1) / stride : 0;
  axis.stride = 1;
  axis.taps = 0;
  axis.tap = 0;
  axis.tapStep = 0;
  for (let t = filter - 1; t >= 0; t--) {
    if ((phase + pad - t * dilation) % stride) continue;
    if (axis.taps == 0) axis.tap = t;
    if (axis.taps == 1) axis.tapStep = t - axis.tap;
    axis.taps++;
  }
  axis.first = (phase + pad - axis.tap * dilation) / stride;
  axis.step = (-axis.tapStep * dilation) / stride;
}

/** Number of phases: 1 forward. */
export function phaseCount(g: Geometry, gradient: bool): i32 {
  return gradient ? g.strideH * g.strideW : 1;
}

/** Fills in both axes of one phase. */
export function setPhase(g: Geometry, gradient: bool, phase: i32, y: Axis, x: Axis): void {
  if (gradient) {
    const row = phase / g.strideW;
    gradientAxis(y, row, g.inH, g.filterH, g.strideH, g.dilationH, g.padTop);
    gradientAxis(x, phase - row * g.strideW, g.inW, g.filterW, g.strideW, g.dilationW, g.padLeft);
  } else {
    forwardAxis(y, g.outH, g.filterH, g.strideH, g.dilationH, g.padTop);
    forwardAxis(x, g.outW, g.filterW, g.strideW, g.dilationW, g.padLeft);
  }
}
