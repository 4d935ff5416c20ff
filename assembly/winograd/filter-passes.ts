// One axis of the adjoint of the filter's transform, over a run of channels.

import { gt2, gt3, gt4 } from './transform-filter';

/** to[taps] = Gᵀ v for the first `points` values of v, over a run of `bytes`; results are `step` bytes apart. */
export function filterPass(
  taps: i32,
  to: usize,
  step: usize,
  points: i32,
  from: usize,
  fromStep: usize,
  bytes: usize,
): void {
  const end = to + bytes;
  if (taps == 2) {
    for (; to != end; to += 16) {
      gt2(to, step, points, from, fromStep);
      from += 16;
    }
  } else if (taps == 3) {
    for (; to != end; to += 16) {
      gt3(to, step, points, from, fromStep);
      from += 16;
    }
  } else {
    for (; to != end; to += 16) {
      gt4(to, step, points, from, fromStep);
      from += 16;
    }
  }
}
