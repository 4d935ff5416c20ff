// What the binary kernels apply to four lanes (see unary-functions.ts on why these are classes).
import { selectLanes } from '../simd/arithmetic';
import { pow } from '../simd/pow';

@unmanaged
export class Add {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

@unmanaged
export class Sub {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
}

@unmanaged
export class Multiply {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
}

@unmanaged
export class Divide {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
}

/** NaN where either is NaN. */
@unmanaged
export class Maximum {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
}

/** NaN where either is NaN. */
@unmanaged
export class Minimum {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
}

@unmanaged
export class SquaredDifference {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.mul(f32x4.sub(a, b), f32x4.sub(a, b));
  }
}

// Called, not inlined into every loop, for its size.
function powCall(a: v128, b: v128): v128 {
  return pow(a, b);
}

@unmanaged
export class Pow {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return powCall(a, b);
  }
}

@unmanaged
export class Prelu {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return selectLanes(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
  }
}

@unmanaged
export class EluGrad {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return selectLanes(a, f32x4.mul(a, f32x4.add(b, f32x4.splat(1))), f32x4.ge(b, f32x4.splat(0)));
  }
}

@unmanaged
export class AddInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.add(a, b);
  }
}

@unmanaged
export class SubInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.sub(a, b);
  }
}

@unmanaged
export class MultiplyInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.mul(a, b);
  }
}

@unmanaged
export class MaximumInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.max_s(a, b);
  }
}

@unmanaged
export class MinimumInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.min_s(a, b);
  }
}

@unmanaged
export class SquaredDifferenceInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.mul(i32x4.sub(a, b), i32x4.sub(a, b));
  }
}
