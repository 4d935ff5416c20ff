// All kernels, by the family of their opcode; no arithmetic here.
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

/** Every kernel there is: what trains and what draws. */
@unmanaged
export class AllKernels {
  // @ts-ignore: decorator
  @inline
  run(record: usize, opcode: i32, thread: i32, threads: i32): void {
    switch (opcode >> FAMILY_SHIFT) {
      case FAMILY_LAYOUT:
        layout(record, opcode, thread, threads);
        break;
      case FAMILY_ELEMENTWISE:
        elementwise(record, opcode, thread, threads);
        break;
      case FAMILY_FUSED:
        fused(record, opcode, thread, threads);
        break;
      case FAMILY_CONV:
        convFamily(record, opcode, thread, threads);
        break;
      case FAMILY_WINOGRAD:
        winogradFamily(record, opcode, thread, threads);
        break;
      case FAMILY_GEMM:
        gemmFamily(record, opcode, thread, threads);
        break;
      case FAMILY_NORMALIZE:
        normalize(record, opcode, thread, threads);
        break;
      case FAMILY_OPTIMIZER:
        optimizer(record, opcode, thread, threads);
        break;
      case FAMILY_RANDOM:
        random(record, opcode, thread, threads);
        break;
      case FAMILY_RESIZE:
        resize(record, opcode, thread, threads);
        break;
      case FAMILY_MIRROR_PAD:
        mirrorPad(record, opcode, thread, threads);
        break;
      case FAMILY_REDUCE:
        reduce(record, opcode, thread, threads);
        break;
      case FAMILY_SOFTMAX:
        softmax(record, opcode, thread, threads);
        break;
      case FAMILY_POOL:
        pool(record, opcode, thread, threads);
        break;
      default:
        unreachable();
    }
  }
}
