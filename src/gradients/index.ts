import { registerGradient } from '@tensorflow/tfjs-core';
import { binaryGradients } from './binary';
import { convolutionGradients } from './convolution';
import { elementwiseGradients } from './elementwise';
import { inlineGradients } from './inline';
import { layoutGradients } from './layout';
import { matmulGradients } from './matmul';
import { mirrorPadGradients } from './mirror-pad';
import { morphologyGradients } from './morphology';
import { normalizeGradients } from './normalize';
import { poolGradients } from './pool';
import { reductionGradients } from './reduce';
import { resizeGradients } from './resize';
import { repairTape } from './tape';

const GRADIENTS = [
  ...elementwiseGradients,
  ...binaryGradients,
  ...reductionGradients,
  ...layoutGradients,
  ...mirrorPadGradients,
  ...matmulGradients,
  ...convolutionGradients,
  ...poolGradients,
  ...resizeGradients,
  ...normalizeGradients,
  ...morphologyGradients,
];

/**
 * Gives TF.js a gradient for every kernel that its own set covers and for those it lacks (Einsum,
 * StridedSlice, DepthToSpace, comparisons, the `…Grad` kernels, dilated convolution), right to second order
 * on every backend, and repairs the tape (see {@link repairTape}).
 *
 * Cheap, and may be called again: `@tensorflow/tfjs`, when it is imported later, registers its own gradients
 * over these.
 *
 * @throws {UnsupportedError} if the loaded TF.js engine is not 4.22's.
 */
export function installGradients(): void {
  repairTape(inlineGradients);
  for (const gradient of GRADIENTS) registerGradient(gradient);
}
