import type { Recorder } from '../../src/program/recorder';
import { KernelHarness } from './harness';

/** Runs every record on all of the harness's threads, however small it is. */
export class SplittingRecorder implements Recorder {
  constructor(private readonly harness: KernelHarness) {}

  get threads(): number {
    return this.harness.threads;
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
  ): void {
    this.harness.emit(opcode, outputs, inputs, params, this.threads);
  }

  scratch(bytes: number): number {
    return this.harness.scratch(bytes);
  }
}

/** Both builds, and one to three threads: every result must be the same to the bit. */
export const CONFIGURATIONS = [
  { relaxedSimd: false, threads: 1 },
  { relaxedSimd: false, threads: 2 },
  { relaxedSimd: true, threads: 1 },
  { relaxedSimd: true, threads: 3 },
] as const;

/** A harness and its splitting recorder for each configuration. */
export async function eachConfiguration(): Promise<{ harness: KernelHarness; recorder: Recorder }[]> {
  const harnesses = await Promise.all(CONFIGURATIONS.map((options) => KernelHarness.create(options)));
  return harnesses.map((harness) => ({ harness, recorder: new SplittingRecorder(harness) }));
}
