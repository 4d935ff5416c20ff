// Normalisation: records of this family share one view of a tensor, the grid (normalize/grid.ts).

import {
  OP_NORM_APPLY,
  OP_NORM_COMBINE,
  OP_NORM_EXPAND,
  OP_NORM_GRAD_APPLY,
  OP_NORM_GRAD_COMBINE,
  OP_NORM_GRAD_SUMS,
  OP_NORM_LAYER_APPLY,
  OP_NORM_LAYER_GRAD_APPLY,
  OP_NORM_LAYER_GRAD_COLUMNS,
  OP_NORM_LAYER_GRAD_SUMS,
  OP_NORM_MOMENTS,
  OP_NORM_RECIPROCAL,
} from './abi/normalize';
import { RECORD_ARGS } from './abi/record';
import { apply } from './normalize/apply';
import { gradApply, gradCombine, gradSums } from './normalize/gradient';
import { layerApply, layerGradApply, layerGradColumns, layerGradSums } from './normalize/layer';
import { combine, moments } from './normalize/moments';
import { expand, reciprocal } from './normalize/tables';

/** Dispatches the normalisation family. */
export function normalize(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  switch (opcode) {
    case OP_NORM_EXPAND:
      expand(args, thread);
      break;
    case OP_NORM_RECIPROCAL:
      reciprocal(args, thread);
      break;
    case OP_NORM_MOMENTS:
      moments(args, thread, threads);
      break;
    case OP_NORM_COMBINE:
      combine(args, thread, threads);
      break;
    case OP_NORM_APPLY:
      apply(args, thread, threads);
      break;
    case OP_NORM_GRAD_SUMS:
      gradSums(args, thread, threads);
      break;
    case OP_NORM_GRAD_COMBINE:
      gradCombine(args, thread, threads);
      break;
    case OP_NORM_GRAD_APPLY:
      gradApply(args, thread, threads);
      break;
    case OP_NORM_LAYER_APPLY:
      layerApply(args, thread, threads);
      break;
    case OP_NORM_LAYER_GRAD_SUMS:
      layerGradSums(args, thread, threads);
      break;
    case OP_NORM_LAYER_GRAD_APPLY:
      layerGradApply(args, thread, threads);
      break;
    case OP_NORM_LAYER_GRAD_COLUMNS:
      layerGradColumns(args, thread, threads);
      break;
    default:
      unreachable();
  }
}
