import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { lower } from '../../src/generator/graph/lower';
import { WHOLE } from '../../src/generator/graph/whole-toolbox';

/** Kernel records of a graph from `x` to one output. */
function recordsOf(shape: readonly number[], build: (b: OnnxBuilder, x: string) => string): number {
  const builder = new OnnxBuilder(17);
  builder.output(build(builder, builder.input('x', shape)), undefined);
  return lower(builder.build(), { x: shape }, WHOLE).trace.records.length;
}

/** A first record, so that what follows reads what the program makes. */
const made = (b: OnnxBuilder, x: string) => b.node('Tanh', [x]);

describe('views', () => {
  it('take no record, whichever way an image is turned, cut and named', () => {
    const alone = recordsOf([2, 8, 6, 4], (b, x) => b.node('Tanh', [made(b, x)]));
    const viewed = recordsOf([2, 8, 6, 4], (b, x) => {
      let y = b.node('Transpose', [made(b, x)], { perm: [0, 2, 3, 1] });
      y = b.node('Unsqueeze', [y, b.integers([0])]);
      y = b.node('Squeeze', [y, b.integers([0])]);
      y = b.node('Dropout', [b.node('Identity', [y])]);
      y = b.node('Transpose', [y], { perm: [0, 3, 1, 2] });
      // As many pixels of the last image: still without gaps.
      y = b.node('Slice', [y, b.integers([1]), b.integers([2]), b.integers([0])]);
      y = b.node('Reshape', [y, b.integers([1, 8, 24])]);
      y = b.node('Concat', [y], { axis: 0 });
      return b.node('Tanh', [b.node('Reshape', [y, b.integers([0, -1, 6, 4])])]);
    });
    expect(viewed).toBe(alone);
  });

  it('copy once where a view is not what a kernel reads', () => {
    const alone = recordsOf([4, 6], (b, x) => b.node('Softmax', [made(b, x)], { axis: 1 }));
    const turned = recordsOf([4, 6], (b, x) =>
      b.node('Softmax', [b.node('Transpose', [made(b, x)])], { axis: 1 }),
    );
    expect(turned).toBeLessThanOrEqual(alone + 2);
    expect(turned).toBeGreaterThan(alone);
  });

  it('are of one element where a tensor repeats it', () => {
    const records = recordsOf([2, 3], (b, x) => {
      const ones = b.node('ConstantOfShape', [b.integers([2 ** 14, 2 ** 14])]);
      const few = b.node('Slice', [ones, b.integers([0, 0]), b.integers([2, 3]), b.integers([0, 1])]);
      return b.node('Add', [made(b, x), few]);
    });
    expect(records).toBeLessThan(5);
  });
});

describe('known values', () => {
  it('are computed as the graph is read: sizes by arithmetic on shapes', () => {
    const alone = recordsOf([2, 8, 6, 4], (b, x) => b.node('Flatten', [made(b, x)]));
    const chained = recordsOf([2, 8, 6, 4], (b, x) => {
      const y = made(b, x);
      const shape = b.node('Shape', [y]);
      const count = b.node('Gather', [shape, b.integers([0], [])]);
      const rest = b.node('Slice', [shape, b.integers([1]), b.integers([4])]);
      const product = b.node('ReduceProd', [rest], { keepdims: 1 });
      const half = b.node('Div', [b.node('Mul', [product, b.integers([3])]), b.integers([3])]);
      const first = b.node('Unsqueeze', [count, b.integers([0])]);
      const floats = b.node('Cast', [b.node('Concat', [first, half], { axis: 0 })], { to: 1 });
      return b.node('Reshape', [y, b.node('Cast', [b.node('Floor', [floats])], { to: 7 })]);
    });
    expect(chained).toBe(alone);
  });
});
