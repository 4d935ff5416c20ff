import {
  eye,
  type GradConfig,
  getBackend,
  image,
  matMul,
  type NamedAttrMap,
  reshape,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { constant, detach, fromInput, kernel } from './support';

type Resize = (
  images: Tensor4D,
  size: [number, number],
  alignCorners: boolean,
  halfPixelCenters: boolean,
) => Tensor4D;

/** Backends whose gradient kernels hold against finite differences for every option. */
const TRUSTED = new Set(['kallima']);

/** The `[1, to, from]` matrix of resizing one axis, read off by resizing an identity matrix. */
function resizeMatrix(resize: Resize, from: number, to: number, corners: boolean, centers: boolean): Tensor {
  return constant(() => {
    const columns = reshape(eye(from), [1, from, 1, from]);
    return reshape(resize(columns as Tensor4D, [to, 1], corners, centers), [1, to, from]);
  });
}

/**
 * Adjoint of resizing, on every backend: resizing is one matrix along the height and one along the width.
 * TF.js's own kernels for it are wrong for a batch (nearest, cpu), for images that are not square (bilinear,
 * cpu) or for `halfPixelCenters`.
 */
function resizeAdjoint(resize: Resize, dy: Tensor, shape: number[], attrs: NamedAttrMap): Tensor {
  const [n, height, width, channels] = shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const { alignCorners, halfPixelCenters } = attrs as { alignCorners: boolean; halfPixelCenters: boolean };
  const rows = resizeMatrix(resize, height, outHeight, alignCorners, halfPixelCenters);
  const columns = resizeMatrix(resize, width, outWidth, alignCorners, halfPixelCenters);
  const byRow = matMul(rows, reshape(dy, [n, outHeight, outWidth * channels]), true);
  const byColumn = matMul(columns, reshape(byRow, [n * height, outWidth, channels]), true);
  return reshape(byColumn, shape);
}

function gradientsOf(forward: string, resize: Resize): GradConfig[] {
  const gradient = `${forward}Grad`;
  return [
    fromInput(
      forward,
      (dy, images, attrs) =>
        TRUSTED.has(getBackend())
          ? kernel(gradient, { dy, images: detach(images) }, attrs)
          : resizeAdjoint(resize, dy, images.shape, attrs),
      'images',
    ),
    {
      kernelName: gradient,
      inputsToSave: ['dy'],
      gradFunc: (d, [dy], { alignCorners, halfPixelCenters }) => ({
        dy: () =>
          resize(
            d as Tensor4D,
            dy!.shape.slice(1, 3) as [number, number],
            alignCorners as boolean,
            halfPixelCenters as boolean,
          ),
      }),
    },
  ];
}

/** Resizing of images. */
export const resizeGradients: readonly GradConfig[] = [
  ...gradientsOf('ResizeBilinear', image.resizeBilinear),
  ...gradientsOf('ResizeNearestNeighbor', image.resizeNearestNeighbor),
];
