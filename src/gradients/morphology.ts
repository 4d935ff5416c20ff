import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { kernel } from './support';

/** Grey-scale dilation. Its gradient kernels have no derivative here: it can be differentiated once. */
export const morphologyGradients: readonly GradConfig[] = [
  {
    kernelName: 'Dilation2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, [x, filter], attrs) => {
      const inputs = { x: x!, filter: filter!, dy: dy as Tensor };
      return {
        x: () => kernel('Dilation2DBackpropInput', inputs, attrs),
        filter: () => kernel('Dilation2DBackpropFilter', inputs, attrs),
      };
    },
  },
];
