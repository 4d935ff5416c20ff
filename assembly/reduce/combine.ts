// What the loops of rows.ts and columns.ts combine four lanes with (see elementwise/unary-functions.ts on why
// these are classes).
import { maxLanes, minLanes } from '../simd/arithmetic';

@unmanaged
export class Sum {
  // @ts-ignore: decorator
  @inline
  start(): v128 {
    return f32x4.splat(0);
  }

  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** NaN where any is NaN. */
@unmanaged
export class Max {
  // @ts-ignore: decorator
  @inline
  start(): v128 {
    return f32x4.splat(-Infinity);
  }

  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }

  // @ts-ignore: decorator
  @inline
  lanes(a: v128): f32 {
    return maxLanes(a);
  }
}

/** NaN where any is NaN. */
@unmanaged
export class Min {
  // @ts-ignore: decorator
  @inline
  start(): v128 {
    return f32x4.splat(Infinity);
  }

  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }

  // @ts-ignore: decorator
  @inline
  lanes(a: v128): f32 {
    return minLanes(a);
  }
}
