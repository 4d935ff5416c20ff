// Walks records and calls kernels; no arithmetic here.
import {
  FAMILY_CONV,
  FAMILY_ELEMENTWISE,
  FAMILY_FUSED,
  FAMILY_GEMM,
  FAMILY_LAYOUT,
  FAMILY_MIRROR_PAD,
  FAMILY_NORMALIZE,
  FAMILY_OPTIMIZER,
  FAMILY_POOL,
  FAMILY_RANDOM,
  FAMILY_RESIZE,
  FAMILY_REDUCE,
  FAMILY_SHIFT,
  FAMILY_SOFTMAX,
  FAMILY_WINOGRAD,
  RECORD_BYTES,
} from './abi/record';
import { convFamily } from './conv/index';
import { elementwise } from './elementwise';
import { fused } from './fused';
import { gemmFamily } from './gemm/index';
import { layout } from './layout';
import { mirrorPad } from './mirror-pad';
import { normalize } from './normalize';
import { optimizer } from './optimizer';
import { pool } from './pool';
import { random } from './random';
import { resize } from './resize';
import { reduce } from './reduce';
import { softmax } from './softmax';
import { winogradFamily } from './winograd/index';

/**
 * Runs `count` records, one after the other, as thread `thread` of `threads`.
 * Every kernel has the signature `(record, thread, threads)` and splits its work so that each output is
 * computed by one thread in one fixed order: results do not depend on the number of threads.
 */
export function run(records: usize, count: i32, thread: i32, threads: i32): void {
  const end = records + <usize>count * RECORD_BYTES;
  for (; records < end; records += RECORD_BYTES) {
    const opcode = load<i32>(records);
    switch (opcode >> FAMILY_SHIFT) {
      case FAMILY_LAYOUT:
        layout(records, opcode, thread, threads);
        break;
      case FAMILY_ELEMENTWISE:
        elementwise(records, opcode, thread, threads);
        break;
      case FAMILY_FUSED:
        fused(records, opcode, thread, threads);
        break;
      case FAMILY_CONV:
        convFamily(records, opcode, thread, threads);
        break;
      case FAMILY_WINOGRAD:
        winogradFamily(records, opcode, thread, threads);
        break;
      case FAMILY_GEMM:
        gemmFamily(records, opcode, thread, threads);
        break;
      case FAMILY_NORMALIZE:
        normalize(records, opcode, thread, threads);
        break;
      case FAMILY_OPTIMIZER:
        optimizer(records, opcode, thread, threads);
        break;
      case FAMILY_RANDOM:
        random(records, opcode, thread, threads);
        break;
      case FAMILY_RESIZE:
        resize(records, opcode, thread, threads);
        break;
      case FAMILY_MIRROR_PAD:
        mirrorPad(records, opcode, thread, threads);
        break;
      case FAMILY_REDUCE:
        reduce(records, opcode, thread, threads);
        break;
      case FAMILY_SOFTMAX:
        softmax(records, opcode, thread, threads);
        break;
      case FAMILY_POOL:
        pool(records, opcode, thread, threads);
        break;
      default:
        unreachable();
    }
  }
}
