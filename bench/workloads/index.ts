import { GENERATION_WORKLOADS } from './generation';
import { KERNEL_WORKLOADS } from './kernels';
import { TRAINING_WORKLOADS } from './training';
import type { Workload } from './workload';

/** Every row, by the names that mean the same work everywhere; docs/benchmarks.md says what each is. */
export const WORKLOADS: readonly Workload[] = [
  ...KERNEL_WORKLOADS,
  ...TRAINING_WORKLOADS,
  ...GENERATION_WORKLOADS,
];
