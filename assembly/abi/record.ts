// The agreement between the kernels and their callers: opcodes and the layout of a record.
// Plain `export const` numbers, no type annotations: this file is compiled by asc and by tsc.

// ---- A record: RECORD_WORDS 32-bit words, 64-byte aligned --------------------------------
// [opcode, outputs, inputs, parts, output pointers…, input pointers…, parameters…]
// Pointers are byte addresses; parameters are i32, or the bits of an f32.

export const RECORD_WORDS = 64;
export const RECORD_BYTES = 256;
/** Word holding the number of output pointers. */
export const RECORD_OUTPUTS = 1;
/** Word holding the number of input pointers. */
export const RECORD_INPUTS = 2;
/** Word holding into how many parts the record can usefully be split (1: one thread runs it). */
export const RECORD_PARTS = 3;
/** First word of the arguments: outputs, then inputs, then parameters. */
export const RECORD_ARGS = 4;

/** Every buffer starts on this boundary, and may be read (never written) up to it past its end. */
export const ALIGNMENT = 64;
/** Highest rank of a strided kernel. */
export const MAX_RANK = 6;

// ---- Opcodes: family × 64 + variant; program.ts dispatches on the family -------------------

export const FAMILY_SHIFT = 6;
export const FAMILY_LAYOUT = 1;
export const FAMILY_ELEMENTWISE = 2;
export const FAMILY_REDUCE = 3;
export const FAMILY_NORMALIZE = 4;
export const FAMILY_SOFTMAX = 5;
export const FAMILY_RESIZE = 6;
export const FAMILY_OPTIMIZER = 7;
export const FAMILY_RANDOM = 8;
export const FAMILY_GEMM = 9;
export const FAMILY_CONV = 10;
export const FAMILY_MIRROR_PAD = 11;
export const FAMILY_POOL = 12;
export const FAMILY_WINOGRAD = 13;
export const FAMILY_FUSED = 14;
