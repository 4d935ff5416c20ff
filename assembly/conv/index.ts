// Dispatches the convolution family.

import {
  OP_CONV,
  OP_CONV_DEPTHWISE,
  OP_CONV_FEW_PIXELS,
  OP_CONV_FILTER,
  OP_CONV_PACK,
  OP_CONV_PACK_LINES,
  OP_CONV_THIN_FILTER,
  OP_CONV_THIN_FILTER_SUM,
  OP_CONV_THIN_GRADIENT,
} from '../abi/conv';
import { conv } from './conv';
import { depthwise } from './depthwise';
import { fewPixels, packLines } from './few-pixels';
import { convFilter } from './filter';
import { packFilter } from './pack-filter';
import { thinFilter, thinFilterSum } from './thin-filter';
import { thinGradient } from './thin-gradient';

export function convFamily(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_CONV_PACK:
      packFilter(record, thread, threads);
      break;
    case OP_CONV:
      conv(record, thread, threads);
      break;
    case OP_CONV_FILTER:
      convFilter(record, thread, threads);
      break;
    case OP_CONV_THIN_FILTER:
      thinFilter(record, thread, threads);
      break;
    case OP_CONV_THIN_FILTER_SUM:
      thinFilterSum(record, thread, threads);
      break;
    case OP_CONV_THIN_GRADIENT:
      thinGradient(record, thread, threads);
      break;
    case OP_CONV_PACK_LINES:
      packLines(record, thread, threads);
      break;
    case OP_CONV_DEPTHWISE:
      depthwise(record, thread, threads);
      break;
    case OP_CONV_FEW_PIXELS:
      fewPixels(record, thread, threads);
      break;
    default:
      unreachable();
  }
}
