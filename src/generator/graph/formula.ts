import type { OnnxNode } from '../../formats/onnx/model';
import type { Context } from './context';
import { applyBinary, applyUnary } from './elementwise';
import type { Value } from './value';

/** Operators made of others, in short: elementwise functions of floats and numbers. */
export class Formula {
  constructor(
    readonly context: Context,
    readonly node: OnnxNode,
  ) {}

  /** @param code `UNARY_…`. */
  unary(code: number, x: Value, first = 0, second = 0): Value {
    return applyUnary(this.context, this.node, x, code, first, second);
  }

  /** @param code `BINARY_…`. */
  binary(code: number, a: Value | number, b: Value | number): Value {
    return applyBinary(this.context, this.node, this.value(a), this.value(b), code);
  }

  private value(of: Value | number): Value {
    return typeof of === 'number' ? this.context.constant('float32', [], [of]) : of;
  }
}
