import { describe, expect, it } from 'vitest';
import { RECORD_ARGS, RECORD_WORDS } from '../../assembly/abi/record';
import type { Recorder } from '../../src/program/recorder';
import {
  patchOptimizer,
  recordAdamStep,
  recordRmsPropStep,
  recordSgdStep,
} from '../../src/program/records/optimizer';
import { patchRandom, recordRandomNormal, recordRandomUniform } from '../../src/program/records/random';

/** The words of the records that `write` emits, one record after the other. */
function wordsOf(write: (recorder: Recorder) => void): Int32Array {
  const words: number[] = [];
  write({
    threads: 1,
    emit(opcode, outputs, inputs, params, parts = 1) {
      const record = [opcode, outputs.length, inputs.length, parts, ...outputs, ...inputs, ...params];
      words.push(...record, ...new Array<number>(RECORD_WORDS - record.length).fill(0));
    },
    scratch: () => 0,
  });
  return Int32Array.from(words);
}

const buffers = { length: 5, parameter: 64, gradient: 128 };

describe('a patched record', () => {
  it('is the one that Adam would record at that update', () => {
    const at = (learningRate: number, step: number) =>
      wordsOf((recorder) =>
        recordAdamStep(
          recorder,
          { ...buffers, first: 192, second: 256 },
          { learningRate, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, step },
        ),
      );
    const words = at(2e-4, 1);
    expect(words).not.toEqual(at(1e-4, 777));
    patchOptimizer(words, 0, { learningRate: 1e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, step: 777 });
    expect(words).toEqual(at(1e-4, 777));
  });

  it('has the new learning rate of SGD and RMSProp', () => {
    const at = (learningRate: number) =>
      wordsOf((recorder) => {
        recordSgdStep(recorder, buffers, { learningRate });
        recordSgdStep(recorder, { ...buffers, velocity: 192 }, { learningRate, momentum: 0.9 });
        recordRmsPropStep(recorder, { ...buffers, square: 192 }, { learningRate, decay: 0.9, epsilon: 1e-8 });
      });
    const words = at(0.1);
    expect(words).not.toEqual(at(0.05));
    for (let record = 0; record < words.length; record += RECORD_WORDS) {
      patchOptimizer(words, record, { learningRate: 0.05 });
    }
    expect(words).toEqual(at(0.05));
  });

  it('makes the new draw of a random record', () => {
    const at = (draw: number) =>
      wordsOf((recorder) => {
        recordRandomNormal(recorder, 64, 10, { seed: 2 ** 40 + 3, draw });
        recordRandomUniform(recorder, 64, 10, { seed: 7, draw }, -1, 1);
      });
    const words = at(1);
    for (const draw of [2, 2 ** 33 + 5]) {
      for (let record = 0; record < words.length; record += RECORD_WORDS) patchRandom(words, record, draw);
      expect(words).toEqual(at(draw));
    }
    expect(words[RECORD_ARGS]).toBe(64);
  });
});
