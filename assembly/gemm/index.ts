// Dispatches the matrix product family.

import { OP_GEMM, OP_GEMM_DOT, OP_GEMM_PACK, OP_GEMM_THIN, OP_MADD_PEAK } from '../abi/gemm';
import { dotGemm } from './dot-gemm';
import { gemm } from './gemm';
import { packGemm } from './pack-b';
import { maddPeak } from './peak';
import { thinGemm } from './thin';

export function gemmFamily(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_GEMM:
      gemm(record, thread, threads);
      break;
    case OP_GEMM_PACK:
      packGemm(record, thread, threads);
      break;
    case OP_GEMM_DOT:
      dotGemm(record, thread, threads);
      break;
    case OP_GEMM_THIN:
      thinGemm(record, thread, threads);
      break;
    case OP_MADD_PEAK:
      if (thread == 0) maddPeak(record);
      break;
    default:
      unreachable();
  }
}
