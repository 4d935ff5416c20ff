// What `f32_unary` applies to four lanes: each class is a function that a generic loop takes as its type
// argument, so that it is inlined; no instance is ever made. p and q are the record's parameters.
import { selectLanes } from '../simd/arithmetic';
import { erf } from '../simd/erf';
import { exp, expm1 } from '../simd/exp';
import { log, log1p } from '../simd/log';
import { sigmoid, softplus, tanh } from '../simd/sigmoid';
import { cos, sin } from '../simd/trigonometry';

@unmanaged
export class Abs {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.abs(x);
  }
}

@unmanaged
export class Neg {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.neg(x);
  }
}

@unmanaged
export class Square {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, x);
  }
}

@unmanaged
export class Sqrt {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.sqrt(x);
  }
}

/** Error ≤ 1.5 ULP. */
@unmanaged
export class Rsqrt {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  }
}

@unmanaged
export class Reciprocal {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }
}

@unmanaged
export class Floor {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.floor(x);
  }
}

@unmanaged
export class Ceil {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.ceil(x);
  }
}

/** Halves go to the even neighbour. */
@unmanaged
export class Round {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.nearest(x);
  }
}

/** 0 for NaN, as TF.js has it. */
@unmanaged
export class Sign {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return v128.or(
      v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1)),
      v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(-1)),
    );
  }
}

/** 1 above 0, else p; NaN for NaN. */
@unmanaged
export class Step {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return v128.or(selectLanes(f32x4.splat(1), p, f32x4.gt(x, f32x4.splat(0))), f32x4.ne(x, x));
  }
}

/** Into [p, q]; pmin and pmax return their first operand where it is NaN. */
@unmanaged
export class Clip {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmax(f32x4.pmin(x, q), p);
  }
}

/** NaN for NaN, and −0 for −0: one instruction, where an exact maximum takes six. */
@unmanaged
export class Relu {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
}

@unmanaged
export class Relu6 {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(6));
  }
}

@unmanaged
export class LeakyRelu {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return selectLanes(f32x4.mul(x, p), x, f32x4.lt(x, f32x4.splat(0)));
  }
}

@unmanaged
export class Exp {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return exp(x);
  }
}

@unmanaged
export class Expm1 {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return expm1(x);
  }
}

@unmanaged
export class Log {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return log(x);
  }
}

@unmanaged
export class Log1p {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return log1p(x);
  }
}

@unmanaged
export class Tanh {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return tanh(x);
  }
}

@unmanaged
export class Sigmoid {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return sigmoid(x);
  }
}

@unmanaged
export class Softplus {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return softplus(x);
  }
}

/** Error ≤ 1.0 ULP. */
@unmanaged
export class Elu {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return selectLanes(x, expm1(x), f32x4.ge(x, f32x4.splat(0)));
  }
}

/** p·x from 0 up, q·(eˣ − 1) below. Error ≤ 2.0 ULP. */
@unmanaged
export class Selu {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return selectLanes(f32x4.mul(x, p), f32x4.mul(expm1(x), q), f32x4.ge(x, f32x4.splat(0)));
  }
}

@unmanaged
export class Sin {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return sin(x);
  }
}

@unmanaged
export class Cos {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return cos(x);
  }
}

@unmanaged
export class Erf {
  // @ts-ignore: decorator
  @inline
  apply(x: v128, p: v128, q: v128): v128 {
    return erf(x);
  }
}
