import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxType } from '../../src/formats/onnx/model';
import { expectParity } from '../support/onnx-parity';

type Shape = readonly number[];

/** One operator on an input `x`. */
export interface Case {
  readonly opset?: number;
  readonly shape: Shape;
  readonly attributes?: OnnxAttributes;
  /** Constants after x: lists of integers, a scalar, or a list of floats; '' is absent. */
  readonly rest?: readonly (Shape | number | '' | { readonly floats: Shape })[];
  readonly outputs?: number;
  readonly type?: OnnxType;
  readonly of?: OnnxType;
}

/** Numbers of both signs without order, none twice in a row. */
function numbers(shape: Shape, type: OnnxType): number[] {
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + 4) * 2 + 0.01);
  if (type === 'bool') return values.map((value) => Number(value > 0));
  return type === 'float32' ? values : values.map((value) => Math.round(value * 4));
}

/** Expects what onnxruntime-web makes of a case. */
export async function checkCase(op: string, each: Case): Promise<void> {
  const { opset = 17, shape, attributes = {}, rest = [], outputs = 1, of = 'float32', type = of } = each;
  const builder = new OnnxBuilder(opset);
  const x = builder.input('x', shape, of);
  const inputs = rest.map((item) => {
    if (item === '') return '';
    if (typeof item === 'number') return builder.integers([item], []);
    return 'floats' in item ? builder.constant(item.floats) : builder.integers(item);
  });
  for (const name of builder.nodeOf(op, [x, ...inputs], attributes, outputs)) {
    builder.output(name, undefined, type);
  }
  await expectParity(builder, { x: { data: numbers(shape, of), shape, type: of } });
}
