import {
  engine,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Whether the current backend has a kernel of this name; the extra kernels of `kallima` start with `Kallima`. */
export function hasKernel(name: string): boolean {
  return getKernel(name, engine().backendName) != null;
}

/** Runs a kernel of the current backend; a kernel that works in place returns no tensors. */
export function runKernel(name: string, inputs: NamedTensorMap, attributes: NamedAttrMap): Tensor[] {
  const result = engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes);
  return Array.isArray(result) ? result : [result];
}
