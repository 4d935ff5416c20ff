/**
 * Where kernel records go. The functions in `records/` turn shapes and pointers into records and call
 * nothing else, so the same code serves eager execution, a captured program and an ONNX graph.
 */
export interface Recorder {
  /** At most how many shares a record is split into: the most that a kernel's `threads` can be. */
  readonly threads: number;

  /**
   * Appends one record.
   *
   * @param opcode from the family's ABI file.
   * @param outputs byte addresses that the kernel writes.
   * @param inputs byte addresses that the kernel reads (an in-place buffer is listed in both).
   * @param params i32 parameters; an f32 goes through {@link f32Bits}.
   * @param parts into how many pieces the work can usefully be split; 1 when it is not worth a barrier.
   */
  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts?: number,
  ): void;

  /**
   * Whether what lies at an address is made once and for all, not each time: what is made of it alone costs nothing.
   * Absent where that is not known.
   */
  isFixed?(address: number): boolean;

  /** Address of `bytes` bytes, 64-byte aligned, valid until the records emitted by this call have run. */
  scratch(bytes: number): number;
}

const floatWord = new Float32Array(1);
const intWord = new Int32Array(floatWord.buffer);

/** The bits of an f32 as an i32, for a record's parameter. */
export function f32Bits(value: number): number {
  floatWord[0] = value;
  return intWord[0]!;
}
