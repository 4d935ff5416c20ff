import { recordRandomNormal, recordRandomUniform } from '../../program/records/random';
import { sizeOf } from '../../util/shape';
import type { KernelFamily } from '../kernel';

interface RandomAttributes {
  readonly shape: number[];
  readonly distribution: 'uniform' | 'normal';
  readonly seed: number;
  readonly draw: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Seeded noise: the numbers of src/util/philox.ts, made on the backend. */
export const randomKernels: KernelFamily = {
  KallimaRandom: (call) => {
    const { shape, distribution, seed, draw, minimum, maximum } =
      call.attrs as Partial<RandomAttributes> as RandomAttributes;
    const y = call.output(shape, 'float32');
    const length = sizeOf(shape);
    if (length === 0) return y;
    if (distribution === 'normal') {
      recordRandomNormal(call.recorder, call.pointer(y), length, { seed, draw });
    } else {
      recordRandomUniform(call.recorder, call.pointer(y), length, { seed, draw }, minimum, maximum);
    }
    return y;
  },
};
