// One axis of a transform of results, or of its adjoint, over a run of channels.

import { pass1, pass2, pass3, pass4, pass5, pass6 } from './axis-pass';
import { a14, a22, a23, a24, a32, a33, a34, a42, a43, a52 } from './transform-output';
import { at22, at23, at24, at32, at33, at34, at42, at43, at52 } from './transform-output';

@unmanaged
class At22 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    at22(to, step, d0, d1, d2);
  }
}

@unmanaged
class At32 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    at32(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class At42 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    at42(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class At52 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
    at52(to, step, d0, d1, d2, d3, d4, d5);
  }
}

@unmanaged
class At23 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    at23(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class At33 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    at33(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class At43 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
    at43(to, step, d0, d1, d2, d3, d4, d5);
  }
}

@unmanaged
class At24 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    at24(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class At34 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
    at34(to, step, d0, d1, d2, d3, d4, d5);
  }
}

@unmanaged
class A22 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128): void {
    a22(to, step, d0, d1);
  }
}

@unmanaged
class A32 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    a32(to, step, d0, d1, d2);
  }
}

@unmanaged
class A42 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    a42(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class A52 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
    a52(to, step, d0, d1, d2, d3, d4);
  }
}

@unmanaged
class A23 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128): void {
    a23(to, step, d0, d1);
  }
}

@unmanaged
class A33 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    a33(to, step, d0, d1, d2);
  }
}

@unmanaged
class A43 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
    a43(to, step, d0, d1, d2, d3);
  }
}

@unmanaged
class A14 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128): void {
    a14(to, step, d0);
  }
}

@unmanaged
class A24 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128): void {
    a24(to, step, d0, d1);
  }
}

@unmanaged
class A34 {
  // @ts-ignore: decorator
  @inline
  apply(to: usize, step: usize, d0: v128, d1: v128, d2: v128): void {
    a34(to, step, d0, d1, d2);
  }
}

/** Aᵀ of F(m, r): α points to m results. */
export function outputPass(
  m: i32,
  r: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (m * 10 + r) {
    case 22:
      pass3<At22>(table, offset, to, step, bytes);
      break;
    case 32:
      pass4<At32>(table, offset, to, step, bytes);
      break;
    case 42:
      pass5<At42>(table, offset, to, step, bytes);
      break;
    case 52:
      pass6<At52>(table, offset, to, step, bytes);
      break;
    case 23:
      pass4<At23>(table, offset, to, step, bytes);
      break;
    case 33:
      pass5<At33>(table, offset, to, step, bytes);
      break;
    case 43:
      pass6<At43>(table, offset, to, step, bytes);
      break;
    case 24:
      pass5<At24>(table, offset, to, step, bytes);
      break;
    case 34:
      pass6<At34>(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}

/** A of F(m, r): m results to α points. */
export function outputAdjointPass(
  m: i32,
  r: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (m * 10 + r) {
    case 22:
      pass2<A22>(table, offset, to, step, bytes);
      break;
    case 32:
      pass3<A32>(table, offset, to, step, bytes);
      break;
    case 42:
      pass4<A42>(table, offset, to, step, bytes);
      break;
    case 52:
      pass5<A52>(table, offset, to, step, bytes);
      break;
    case 23:
      pass2<A23>(table, offset, to, step, bytes);
      break;
    case 33:
      pass3<A33>(table, offset, to, step, bytes);
      break;
    case 43:
      pass4<A43>(table, offset, to, step, bytes);
      break;
    case 14:
      pass1<A14>(table, offset, to, step, bytes);
      break;
    case 24:
      pass2<A24>(table, offset, to, step, bytes);
      break;
    case 34:
      pass3<A34>(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}
