// The kernels that inference needs, by opcode; no arithmetic here.
import { OP_CONV, OP_CONV_DEPTHWISE, OP_CONV_FEW_PIXELS, OP_CONV_PACK, OP_CONV_PACK_LINES, OP_CONV_THIN_GRADIENT } from './abi/conv';
import {
  OP_BINARY,
  OP_BINARY_INT,
  OP_CAST,
  OP_COMPARE,
  OP_COMPARE_INT,
  OP_LOGICAL,
  OP_SELECT,
  OP_UNARY,
} from './abi/elementwise';
import { OP_CHAIN } from './abi/fused';
import { OP_GEMM, OP_GEMM_DOT, OP_GEMM_PACK, OP_GEMM_THIN } from './abi/gemm';
import { OP_COPY, OP_CUMSUM, OP_FILL, OP_GATHER, OP_ONE_HOT, OP_STRIDED, OP_STRIDED_BYTE, OP_TRANSPOSE } from './abi/layout';
import { OP_MIRROR_PAD } from './abi/mirror-pad';
import {
  OP_NORM_APPLY,
  OP_NORM_COMBINE,
  OP_NORM_EXPAND,
  OP_NORM_LAYER_APPLY,
  OP_NORM_MOMENTS,
  OP_NORM_RECIPROCAL,
} from './abi/normalize';
import { OP_POOL_AVERAGE, OP_POOL_MAX } from './abi/pool';
import { OP_RANDOM_NORMAL, OP_RANDOM_UNIFORM } from './abi/random';
import { RECORD_ARGS } from './abi/record';
import { OP_REDUCE_ARG, OP_REDUCE_COLUMNS, OP_REDUCE_PLAIN, OP_REDUCE_ROWS, OP_SOFTMAX } from './abi/reduce';
import { OP_RESIZE_BILINEAR, OP_RESIZE_MAP, OP_RESIZE_NEAREST } from './abi/resize';
import { OP_WINOGRAD, OP_WINOGRAD_GRADIENT, OP_WINOGRAD_PACK } from './abi/winograd';
import { conv } from './conv/conv';
import { depthwise } from './conv/depthwise';
import { fewPixels, packLines } from './conv/few-pixels';
import { packFilter } from './conv/pack-filter';
import { thinGradient } from './conv/thin-gradient';
import { FloatRow, IntRow } from './elementwise/binary';
import { broadcast } from './elementwise/broadcast';
import { CompareIntRow, CompareRow, LogicalRow } from './elementwise/compare';
import { cast, select } from './elementwise/convert';
import { f32_unary } from './elementwise/unary';
import { chain } from './fused/chain';
import { dotGemm } from './gemm/dot-gemm';
import { gemm } from './gemm/gemm';
import { packGemm } from './gemm/pack-b';
import { thinGemm } from './gemm/thin';
import { copy, fill } from './layout/fill';
import { cumsum, gather, oneHot } from './layout/indexed';
import { ByteRow, strided, WordRow } from './layout/strided';
import { transpose } from './layout/transpose';
import { mirrorPadForward } from './mirror-pad';
import { apply } from './normalize/apply';
import { layerApply } from './normalize/layer';
import { combine, moments } from './normalize/moments';
import { expand, reciprocal } from './normalize/tables';
import { poolForward } from './pool';
import { random } from './random';
import { f32_arg } from './reduce/arg';
import { f32_reduce_columns } from './reduce/columns';
import { reducePlain } from './reduce/plain';
import { f32_reduce_rows } from './reduce/rows';
import { resizeBilinear, resizeMap, resizeNearest } from './resize';
import { softmax } from './softmax';
import { winograd } from './winograd/forward';
import { winogradGradient } from './winograd/gradient';
import { packWinograd } from './winograd/pack';

/** What draws, and nothing that trains: few enough to travel with a page. */
@unmanaged
export class GeneratorKernels {
  run(record: usize, opcode: i32, thread: i32, threads: i32): void {
    const args = record + (RECORD_ARGS << 2);
    switch (opcode) {
      case OP_FILL: return fill(record, thread, threads);
      case OP_COPY: return copy(record, thread, threads);
      case OP_STRIDED: return strided<WordRow>(record, thread, threads);
      case OP_STRIDED_BYTE: return strided<ByteRow>(record, thread, threads);
      case OP_TRANSPOSE: return transpose(record, thread, threads);
      case OP_GATHER: return gather(record, thread, threads);
      case OP_CUMSUM: return cumsum(record, thread, threads);
      case OP_ONE_HOT: return oneHot(record, thread, threads);
      case OP_UNARY: return f32_unary(record, thread, threads);
      case OP_BINARY: return broadcast<FloatRow>(record, thread, threads);
      case OP_BINARY_INT: return broadcast<IntRow>(record, thread, threads);
      case OP_COMPARE: return broadcast<CompareRow>(record, thread, threads);
      case OP_COMPARE_INT: return broadcast<CompareIntRow>(record, thread, threads);
      case OP_LOGICAL: return broadcast<LogicalRow>(record, thread, threads);
      case OP_CAST: return cast(record, thread, threads);
      case OP_SELECT: return select(record, thread, threads);
      case OP_CHAIN: return chain(record, thread, threads);
      case OP_REDUCE_ROWS: return f32_reduce_rows(record, thread, threads);
      case OP_REDUCE_ARG: return f32_arg(record, thread, threads);
      case OP_REDUCE_COLUMNS: return f32_reduce_columns(record, thread, threads);
      case OP_REDUCE_PLAIN: return reducePlain(record, thread, threads);
      case OP_SOFTMAX: return softmax(record, opcode, thread, threads);
      case OP_NORM_EXPAND: return expand(args, thread);
      case OP_NORM_RECIPROCAL: return reciprocal(args, thread);
      case OP_NORM_MOMENTS: return moments(args, thread, threads);
      case OP_NORM_COMBINE: return combine(args, thread, threads);
      case OP_NORM_APPLY: return apply(args, thread, threads);
      case OP_NORM_LAYER_APPLY: return layerApply(args, thread, threads);
      case OP_RESIZE_MAP: return resizeMap(args);
      case OP_RESIZE_NEAREST: return resizeNearest(args, thread, threads);
      case OP_RESIZE_BILINEAR: return resizeBilinear(args, thread, threads);
      case OP_RANDOM_UNIFORM:
      case OP_RANDOM_NORMAL: return random(record, opcode, thread, threads);
      case OP_GEMM: return gemm(record, thread, threads);
      case OP_GEMM_PACK: return packGemm(record, thread, threads);
      case OP_GEMM_DOT: return dotGemm(record, thread, threads);
      case OP_GEMM_THIN: return thinGemm(record, thread, threads);
      case OP_CONV_DEPTHWISE: return depthwise(record, thread, threads);
      case OP_CONV: return conv(record, thread, threads);
      case OP_CONV_PACK: return packFilter(record, thread, threads);
      case OP_CONV_PACK_LINES: return packLines(record, thread, threads);
      case OP_CONV_FEW_PIXELS: return fewPixels(record, thread, threads);
      case OP_CONV_THIN_GRADIENT: return thinGradient(record, thread, threads);
      case OP_MIRROR_PAD: return mirrorPadForward(args, thread, threads);
      case OP_POOL_AVERAGE: return poolForward(args, false, thread, threads);
      case OP_POOL_MAX: return poolForward(args, true, thread, threads);
      case OP_WINOGRAD: return winograd(record, thread, threads);
      case OP_WINOGRAD_PACK: return packWinograd(record, thread, threads);
      case OP_WINOGRAD_GRADIENT: return winogradGradient(record, thread, threads);
      default: unreachable();
    }
  }
}
