import type { OnnxTensor } from '../../formats/onnx/model';
import { onnxFloats, onnxInt32s, onnxNumbers } from '../../formats/onnx/values';
import { sizeOf } from '../../util/shape';
import type { GraphRecorder } from './recorder';
import { type Known, MOST_KNOWN, orderedStrides, rowMajor, Value, type ValueType } from './value';

/** A constant of the file. Its bytes are used where they lie if they are what the kernels read. */
export function initializer(recorder: GraphRecorder, tensor: OnnxTensor): Value {
  const { shape } = tensor;
  const held = heldType(tensor);
  let numbers: Known | undefined;
  const known = () => {
    if (!numbers && sizeOf(shape) <= MOST_KNOWN) numbers = onnxNumbers(tensor);
    return numbers;
  };
  const locate = () => recorder.constant(heldBytes(tensor, held));
  return new Value(held, shape, orderedStrides(shape, rowMajor(shape.length)), locate, known);
}

function heldBytes(tensor: OnnxTensor, held: ValueType): Uint8Array {
  if (tensor.type === held) return tensor.bytes;
  return new Uint8Array((held === 'float32' ? onnxFloats(tensor) : onnxInt32s(tensor)).buffer);
}

/** As what the kernels hold elements of a type. */
export function heldType({ type }: Pick<OnnxTensor, 'type'>): ValueType {
  if (type === 'bool') return 'bool';
  return /float/.test(type) ? 'float32' : 'int32';
}
