// Dispatches the Winograd family.

import {
  OP_WINOGRAD,
  OP_WINOGRAD_FILTER_COMBINE,
  OP_WINOGRAD_FILTER_PRODUCTS,
  OP_WINOGRAD_FILTER_TRANSFORM,
  OP_WINOGRAD_GRADIENT,
  OP_WINOGRAD_PACK,
} from '../abi/winograd';
import { filterCombine } from './filter-combine';
import { filterProducts } from './filter-products';
import { filterTransform } from './filter-transform';
import { winograd } from './forward';
import { winogradGradient } from './gradient';
import { packWinograd } from './pack';

export function winogradFamily(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_WINOGRAD_PACK:
      packWinograd(record, thread, threads);
      break;
    case OP_WINOGRAD:
      winograd(record, thread, threads);
      break;
    case OP_WINOGRAD_GRADIENT:
      winogradGradient(record, thread, threads);
      break;
    case OP_WINOGRAD_FILTER_TRANSFORM:
      filterTransform(record, thread, threads);
      break;
    case OP_WINOGRAD_FILTER_PRODUCTS:
      filterProducts(record, thread, threads);
      break;
    case OP_WINOGRAD_FILTER_COMBINE:
      filterCombine(record, thread, threads);
      break;
    default:
      unreachable();
  }
}
