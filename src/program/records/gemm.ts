import {
  ASIDE_BYTES,
  DOT_COLUMNS,
  DOT_ROWS,
  GEMM_KC,
  GEMM_MC,
  GEMM_ROW_GAP,
  OP_GEMM,
  OP_GEMM_DOT,
  OP_GEMM_PACK,
  OP_GEMM_THIN,
  OP_MADD_PEAK,
  TILE_COLUMNS,
  TILE_ROWS_MOST,
} from '../../../assembly/abi/gemm';
import { ALIGNMENT } from '../../../assembly/abi/record';
import type { Recorder } from '../recorder';

/** Below this many floating-point operations a barrier costs more than a second thread saves. */
export const SPLIT_FLOPS = 1e6;
/** K up to which B is better read in place than packed. */
const THIN_K = 4;

/** A batch of products `c = op(a) · op(b) + bias`; pointers are byte addresses, matrices dense and row-major. */
export interface GemmArgs {
  /** `[batch, m, n]` */
  readonly c: number;
  /** `[batch, m, k]`, or `[batch, k, m]` with `transposeA`. */
  readonly a: number;
  /** `[batch, k, n]`, or `[batch, n, k]` with `transposeB`. */
  readonly b: number;
  /** `[n]`, added to every row. */
  readonly bias?: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Default 1. */
  readonly batch?: number;
  /** One matrix `a` for the whole batch. */
  readonly sharedA?: boolean;
  /** One matrix `b` for the whole batch. */
  readonly sharedB?: boolean;
}

/** Which kernel takes a product, and how. */
interface Plan {
  readonly opcode: number;
  /** The kernel's first operand is `b`. */
  readonly swapped: boolean;
  readonly params: readonly number[];
  /** Bytes that each thread needs aside. */
  readonly scratch: number;
  readonly parts: number;
  /** How `b` is packed first, in a record of its own: a program shares it between products. */
  readonly packed?: PackedShape;
}

/** Matrices [k, n], or [n, k] if transposed. */
interface PackedShape {
  readonly n: number;
  readonly k: number;
  readonly transposed: boolean;
  readonly batch: number;
}

/** Writes `c = op(a) · op(b) + bias`. With `k` 0 the product is zero; an empty `c` emits nothing. */
export function gemm(recorder: Recorder, args: GemmArgs): void {
  const { c, a, b, bias, m, n, k, batch = 1 } = args;
  if (m * n * batch === 0) return;
  const { opcode, swapped, params, scratch, parts, packed } = plan(args);
  const right = packed ? pack(recorder, b, packed) : b;
  const inputs = swapped ? [right, a] : [a, right];
  if (bias !== undefined) inputs.push(bias);
  const useful = 2 * batch * m * n * k >= SPLIT_FLOPS ? parts : 1;
  if (scratch === 0) {
    recorder.emit(opcode, [c], inputs, params, useful);
    return;
  }
  const bytes = Math.ceil(scratch / ALIGNMENT) * ALIGNMENT;
  const aside = recorder.scratch(bytes * (useful > 1 ? recorder.threads : 1));
  recorder.emit(opcode, [c, aside], inputs, [...params, bytes], useful);
}

/** Packs matrices for the inner tile; returns where they are. */
function pack(recorder: Recorder, b: number, { n, k, transposed, batch }: PackedShape): number {
  const panels = batch * Math.ceil(n / TILE_COLUMNS);
  const packed = recorder.scratch(Math.max(4, panels * TILE_COLUMNS * k * 4));
  // Packing moves each number once: worth a second thread from a quarter of a million on.
  const parts = batch * n * k >= SPLIT_FLOPS / 4 ? panels : 1;
  recorder.emit(OP_GEMM_PACK, [packed], [b], [n, k, transposed ? 1 : 0, batch], parts);
  return packed;
}

function plan(args: GemmArgs): Plan {
  const { n, k, bias, sharedA = false, sharedB = false } = args;
  // A matrix of one row or one column is its own transpose.
  const transposeA = args.transposeA === true && k !== 1 && args.m !== 1;
  const transposeB = args.transposeB === true && k !== 1 && n !== 1;
  // Matrices that share B, untransposed, are one tall matrix.
  const fold = sharedB && !sharedA && !transposeA;
  const m = fold ? args.m * (args.batch ?? 1) : args.m;
  const batch = fold ? 1 : (args.batch ?? 1);
  const strideA = sharedA ? 0 : m * k * 4;
  const strideB = sharedB ? 0 : k * n * 4;

  if (n <= DOT_COLUMNS && !transposeA) {
    // Each row of A against few columns.
    const steps = transposeB ? [4, k * 4] : [n * 4, 4];
    return {
      opcode: OP_GEMM_DOT,
      swapped: false,
      params: [m, n, k, ...steps, n * 4, 4, batch, strideA, strideB],
      scratch: 64 + n * k * 4,
      parts: batch * Math.ceil(m / DOT_ROWS),
    };
  }
  if (m <= DOT_COLUMNS && transposeB && bias === undefined) {
    // Each row of B (a column of the product) against few rows of A.
    const steps = transposeA ? [m * 4, 4] : [4, k * 4];
    return {
      opcode: OP_GEMM_DOT,
      swapped: true,
      params: [n, m, k, ...steps, 4, n * 4, batch, strideB, strideA],
      scratch: 64 + m * k * 4,
      parts: batch * Math.ceil(n / DOT_ROWS),
    };
  }
  if (n === 1 && bias === undefined) {
    // A transposed, one column: a row vector times A.
    return {
      opcode: OP_GEMM_THIN,
      swapped: true,
      params: [1, m, k, 0, 4, batch, strideB, strideA],
      scratch: 0,
      parts: Math.ceil(m / 16),
    };
  }
  if (!transposeB && (m <= DOT_COLUMNS || k <= THIN_K)) {
    const steps = transposeA ? [4, m * 4] : [k * 4, 4];
    return {
      opcode: OP_GEMM_THIN,
      swapped: false,
      params: [m, n, k, ...steps, batch, strideA, strideB],
      scratch: 0,
      parts: Math.max(m, Math.ceil(n / 16)),
    };
  }
  const columns = Math.ceil(n / TILE_COLUMNS);
  const packedA = (GEMM_KC * 4 + GEMM_ROW_GAP) * GEMM_MC;
  const packedStride = sharedB ? 0 : columns * TILE_COLUMNS * k * 4;
  return {
    opcode: OP_GEMM,
    swapped: false,
    params: [m, n, k, transposeA ? 1 : 0, batch, strideA, packedStride],
    scratch: ASIDE_BYTES + 2 * GEMM_MC * 4 + 64 + packedA,
    parts: batch * Math.max(Math.ceil(m / TILE_ROWS_MOST), columns),
    packed: { n, k, transposed: transposeB, batch: sharedB ? 1 : batch },
  };
}

/**
 * Spends `rounds` × 96 floating-point operations in multiply-adds of registers, and writes one f32 to `y`:
 * what this machine could do at most, for benchmarks to be measured against.
 */
export function maddPeak(recorder: Recorder, { y, rounds }: { y: number; rounds: number }): void {
  recorder.emit(OP_MADD_PEAK, [y], [], [rounds]);
}
