import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { readOnnx } from '../../src/formats/onnx/read';
import { onnxFloats, onnxInt32s, onnxNumbers } from '../../src/formats/onnx/values';
import { writeOnnx } from '../../src/formats/onnx/write';
import { runOnnxRuntime } from '../support/onnx-runtime';

/** Of every kind of attribute and type. */
function sample() {
  const graph = new OnnxBuilder(17);
  const x = graph.input('x', ['N', 3]);
  const w = graph.constant([1, -2, 3, 0.5, 0.25, -1], [3, 2]);
  const y = graph.node('Gemm', [x, w, ''], { alpha: 2, transA: 0 });
  const z = graph.node('LeakyRelu', [y], { alpha: 1 });
  graph.output(z, ['N', 2]);
  return graph;
}

describe('a model', () => {
  it('is read as it was written', () => {
    const graph = sample();
    const model = graph.build({ kallima: '{"a":1}', __proto: 'b' }, 'pytorch 1.13.1');
    expect(readOnnx(writeOnnx(model))).toEqual(model);
  });

  it('runs in onnxruntime-web', async () => {
    const outputs = await runOnnxRuntime(sample().toBytes(), {
      x: { data: Float32Array.of(1, 1, 1, 0, 1, 2), shape: [2, 3] },
    });
    expect(Object.values(outputs)[0]).toEqual({
      data: Float32Array.of(8.5, -5, 7, -3),
      shape: [2, 2],
    });
  });

  it.each([
    ['float32', [1.5, -2]],
    ['float64', [1.5, -2]],
    ['float16', [1.5, -2]],
    ['bfloat16', [1.5, -2]],
    ['int64', [2 ** 53 - 1, -(2 ** 40)]],
    ['uint64', [2 ** 53 - 1, 2 ** 40]],
    ['int32', [2 ** 31 - 1, -(2 ** 31)]],
    ['uint32', [2 ** 32 - 1, 0]],
    ['int16', [32767, -32768]],
    ['uint16', [65535, 0]],
    ['int8', [127, -128]],
    ['uint8', [255, 0]],
    ['bool', [1, 0]],
  ] as const)('holds constants of %s', (type, values) => {
    const graph = new OnnxBuilder();
    const name = graph.constant(values, [2, 1], type);
    graph.output(name, [2, 1], type);
    const tensor = readOnnx(graph.toBytes()).initializers.get(name)!;
    expect(tensor).toMatchObject({ type, shape: [2, 1] });
    expect(onnxNumbers(tensor)).toEqual(values);
    expect(onnxFloats(tensor)).toEqual(Float32Array.from(values));
    expect(onnxInt32s(tensor)).toEqual(
      Int32Array.from(values, (value) => Math.max(-(2 ** 31), Math.min(value, 2 ** 31 - 1))),
    );
  });
});
