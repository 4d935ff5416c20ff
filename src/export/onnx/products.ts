import type { BatchMatMulAttrs } from '@tensorflow/tfjs-core';
import { biasAfter, biasName } from './convolutions';
import { attributesOf, inputOf, type OnnxOperators, outputOf } from './operator';

export const PRODUCTS: OnnxOperators = {
  BatchMatMul(writer, node) {
    const { transposeA, transposeB } = attributesOf<BatchMatMulAttrs>(node);
    const [a, b] = [inputOf(node, 'a'), inputOf(node, 'b')];
    if (a.shape.length === 2 && b.shape.length === 2) {
      const { bias, output } = biasAfter(writer, node);
      const inputs = [writer.value(a), writer.value(b), ...biasName(writer, bias)];
      if (!bias && !transposeA && !transposeB) writer.emit(output, 'MatMul', inputs);
      else writer.emit(output, 'Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) });
      return;
    }
    const [left, right] = [
      { tensor: a, transposed: transposeA },
      { tensor: b, transposed: transposeB },
    ].map(({ tensor, transposed }) => {
      if (!transposed) return writer.value(tensor);
      const axes = tensor.shape.map((_, axis) => axis);
      return writer.arranged(tensor, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
    });
    writer.emit(outputOf(node), 'MatMul', [left!, right!]);
  },
};
