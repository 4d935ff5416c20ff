// Walks records and calls kernels; no arithmetic here.
import { RECORD_BYTES } from './abi/record';

/**
 * Runs `count` records, one after the other, as thread `thread` of `threads`, by the kernels that K has.
 * Every kernel has the signature `(record, thread, threads)` and splits its work so that each output is
 * computed by one thread in one fixed order: results do not depend on the number of threads.
 */
export function runRecords<K>(records: usize, count: i32, thread: i32, threads: i32): void {
  const end = records + <usize>count * RECORD_BYTES;
  for (; records < end; records += RECORD_BYTES) {
    changetype<K>(0).run(records, load<i32>(records), thread, threads);
  }
}
