import type { KernelFamily, KernelFunction } from '../kernel';
import { aliasKernels } from './alias';
import { convKernels } from './conv';
import { elementwiseKernels } from './elementwise';
import { gemmKernels } from './gemm';
import { indexedKernels } from './indexed';
import { layoutKernels } from './layout';
import { mirrorPadKernels } from './mirror-pad';
import { normalizeKernels } from './normalize';
import { optimizerKernels } from './optimizer';
import { poolKernels } from './pool';
import { randomKernels } from './random';
import { reduceKernels } from './reduce';
import { resizeKernels } from './resize';
import { softmaxKernels } from './softmax';

/** Every family of kernels; each name belongs to one family. */
export const FAMILIES: readonly KernelFamily[] = [
  aliasKernels,
  elementwiseKernels,
  mirrorPadKernels,
  gemmKernels,
  convKernels,
  normalizeKernels,
  indexedKernels,
  layoutKernels,
  optimizerKernels,
  poolKernels,
  randomKernels,
  resizeKernels,
  reduceKernels,
  softmaxKernels,
];

/** The kernels that are made of our own records, by TF.js kernel name. */
export function ownKernels(): Map<string, KernelFunction> {
  const kernels = new Map<string, KernelFunction>();
  for (const family of FAMILIES) {
    for (const [name, kernel] of Object.entries(family)) kernels.set(name, kernel);
  }
  return kernels;
}
