import { OnnxBuilder } from '../../../src/formats/onnx/builder';
import { loadGenerator, toRgba } from '../../../src/generator';
import type { DrawOptions } from '../../../src/generator/feeds';
import { philoxNormal } from '../../../src/util/philox';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: readonly number[];
}

const DOUBLE = { kernel_shape: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] };

/**
 * A generator of random pictures in colour: a DCGAN with weights that are drawn, not learned.
 *
 * @param size of a side, 4 · 2ⁿ.
 * @param tint adds an input `tint` of three numbers.
 */
export function pictureModel({ size = 16, width = 8, tint = false } = {}): Uint8Array {
  const graph = new OnnxBuilder();
  let made = 0;
  const weights = (shape: readonly number[], deviation: number): string => {
    const count = shape.reduce((product, n) => product * n, 1);
    const values = philoxNormal(count, { seed: 7, draw: made++ });
    return graph.constant(
      values.map((value) => value * deviation),
      shape,
    );
  };
  let z = graph.input('z', [1, 8]);
  if (tint) z = graph.node('Concat', [z, graph.input('tint', [1, 3])], { axis: 1 });
  const inputs = tint ? 11 : 8;
  let x = graph.node('Gemm', [z, weights([inputs, width * 16], 0.4), weights([width * 16], 0.2)]);
  x = graph.node('Reshape', [x, graph.integers([1, width, 4, 4])]);
  for (let side = 4; side < size; side *= 2) {
    const outputs = side * 2 === size ? 3 : width;
    x = graph.node('Relu', [x]);
    x = graph.node('ConvTranspose', [x, weights([width, outputs, 4, 4], 0.7 / Math.sqrt(width))], DOUBLE);
  }
  return graph.output(graph.node('Tanh', [x]), [1, 3, size, size]).toBytes();
}

/** What Node draws. */
export async function drawnHere(model: Uint8Array, options: DrawOptions): Promise<Drawing> {
  const generator = await loadGenerator(model);
  try {
    const image = await generator.sample(options);
    const [, height = 0, width = 0] = image.shape;
    return { width, height, pixels: Array.from(toRgba(image)) };
  } finally {
    generator.dispose();
  }
}
