// The right operand of a product as the inner tile reads it.

import { RECORD_ARGS } from '../abi/record';
import { shareStart } from '../split';
import { packColumns, packRows } from './pack';

/**
 * packed[batch][ceil(n/8)][k][8] = op(B)[batch][k, n], columns past n zero.
 *
 * Arguments packed; b; n, k, transposed, batch.
 * Layout    b row-major and dense: [k, n], or [n, k] if transposed.
 * Threads   each takes a range of panels over the whole batch.
 */
export function packGemm(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = load<i32>(args, 8);
  const k = load<i32>(args, 12);
  const transposed = load<i32>(args, 16);
  const batch = load<i32>(args, 20);
  const panelBytes = (<usize>k) << 5;
  const panels = (n + 7) >> 3;
  let panel = shareStart(batch * panels, thread, threads);
  const end = shareStart(batch * panels, thread + 1, threads);
  while (panel < end) {
    const index = panel / panels;
    const first = panel - index * panels;
    const last = min(panels, first + end - panel);
    const column = <usize>first << 3;
    const columns = min(n, last << 3) - <i32>column;
    const b = <usize>load<u32>(args, 4) + ((<usize>index * n * k) << 2);
    const to = <usize>load<u32>(args) + <usize>panel * panelBytes;
    if (transposed) {
      packColumns(to, panelBytes, b + ((column * k) << 2), (<usize>k) << 2, k, columns);
    } else {
      packRows(to, panelBytes, b + (column << 2), (<usize>n) << 2, k, columns);
    }
    panel += last - first;
  }
}
