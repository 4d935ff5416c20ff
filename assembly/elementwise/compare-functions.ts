// What the comparisons apply: a mask in each of four lanes; And and Or work on bytes (see unary-functions.ts
// on why these are classes).

@unmanaged
export class Equal {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.eq(a, b);
  }
}

@unmanaged
export class NotEqual {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.ne(a, b);
  }
}

@unmanaged
export class Greater {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.gt(a, b);
  }
}

@unmanaged
export class GreaterEqual {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.ge(a, b);
  }
}

@unmanaged
export class Less {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.lt(a, b);
  }
}

@unmanaged
export class LessEqual {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return f32x4.le(a, b);
  }
}

@unmanaged
export class EqualInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.eq(a, b);
  }
}

@unmanaged
export class NotEqualInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.ne(a, b);
  }
}

@unmanaged
export class GreaterInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.gt_s(a, b);
  }
}

@unmanaged
export class GreaterEqualInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.ge_s(a, b);
  }
}

@unmanaged
export class LessInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.lt_s(a, b);
  }
}

@unmanaged
export class LessEqualInt {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return i32x4.le_s(a, b);
  }
}

@unmanaged
export class And {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return v128.and(a, b);
  }
}

@unmanaged
export class Or {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128): v128 {
    return v128.or(a, b);
  }
}
