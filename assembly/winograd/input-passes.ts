// One axis of a transform of inputs, or of its adjoint, over a run of channels.

import { pass3, pass4, pass5, pass6 } from './axis-pass';
import { b3, b4, b5, b6, bt3, bt4, bt5, bt6 } from './transform-input';

@unmanaged
class Bt3 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    bt3(to, step, d0, d1, d2);
  }
}

@unmanaged
class Bt4 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    bt4(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class Bt5 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    bt5(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class Bt6 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
    bt6(to, step, d0, d1, d2, d3, d4, d5);
  }
}

@unmanaged
class B3 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    b3(to, step, d0, d1, d2);
  }
}

@unmanaged
class B4 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    b4(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class B5 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    b5(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class B6 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
    b6(to, step, d0, d1, d2, d3, d4, d5);
  }
}

/** Bᵀ: α inputs to α points. */
export function inputPass(
  alpha: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (alpha) {
    case 3:
      pass3<Bt3>(table, offset, to, step, bytes);
      break;
    case 4:
      pass4<Bt4>(table, offset, to, step, bytes);
      break;
    case 5:
      pass5<Bt5>(table, offset, to, step, bytes);
      break;
    case 6:
      pass6<Bt6>(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}

/** B: α points to α inputs. */
export function inputAdjointPass(
  alpha: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (alpha) {
    case 3:
      pass3<B3>(table, offset, to, step, bytes);
      break;
    case 4:
      pass4<B4>(table, offset, to, step, bytes);
      break;
    case 5:
      pass5<B5>(table, offset, to, step, bytes);
      break;
    case 6:
      pass6<B6>(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}
