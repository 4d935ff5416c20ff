// Opcodes of the reduce and softmax families (record.ts gives the numbers of the families).

/**
 * y[outer][chunks] = the reduction of each chunk of the rows of f32 x[outer][length], chunks = ⌈length / chunk⌉:
 * y, x, function, outer, length, chunk, divisor (f32).
 */
export const OP_REDUCE_ROWS = 192;
/**
 * y[outer][chunks][columns] = the reduction over each chunk of the middle axis of f32 x[outer][length][columns]:
 * y, x, function, outer, length, chunk, divisor (f32), columns.
 */
export const OP_REDUCE_COLUMNS = 193;
/** y[outer][columns] from x[outer][length][columns], one by one: y, x, function, outer, length, columns. */
export const OP_REDUCE_PLAIN = 194;
/** i32 y[outer][columns] = first place of the extreme along the middle axis: y, x, function, outer, length, columns. */
export const OP_REDUCE_ARG = 195;

/** Divided by the divisor. */
export const REDUCE_SUM = 0;
export const REDUCE_MAX = 1;
export const REDUCE_MIN = 2;

/** f32, multiplied in f64. */
export const PLAIN_PRODUCT = 0;
/** i32, wrapping. */
export const PLAIN_SUM_INT = 1;
/** Bytes. */
export const PLAIN_ALL = 2;
export const PLAIN_ANY = 3;

/** y[rows][columns], over the last axis: y, x, rows, columns, logarithm (0 or 1). */
export const OP_SOFTMAX = 320;
