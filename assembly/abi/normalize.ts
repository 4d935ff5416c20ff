// Opcodes of the normalisation family (record.ts gives the number of the family).
export const OP_NORM_EXPAND = 256;
export const OP_NORM_RECIPROCAL = 257;
export const OP_NORM_MOMENTS = 258;
export const OP_NORM_COMBINE = 259;
export const OP_NORM_APPLY = 260;
export const OP_NORM_GRAD_SUMS = 261;
export const OP_NORM_GRAD_COMBINE = 262;
export const OP_NORM_GRAD_APPLY = 263;
export const OP_NORM_LAYER_APPLY = 264;
export const OP_NORM_LAYER_GRAD_SUMS = 265;
export const OP_NORM_LAYER_GRAD_APPLY = 266;
export const OP_NORM_LAYER_GRAD_COLUMNS = 267;

/** Arrays of `width` floats that a block's moments take: first mean, squares, correction. */
export const MOMENT_ARRAYS = 3;
/** Arrays of `width` floats that a block's gradient sums take. */
export const GRAD_ARRAYS = 2;
