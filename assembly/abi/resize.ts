// Opcodes of the resize family (record.ts gives the number of the family).
export const OP_RESIZE_MAP = 384;
export const OP_RESIZE_NEAREST = 385;
export const OP_RESIZE_BILINEAR = 386;
export const OP_RESIZE_ADJOINT_MAP = 387;
export const OP_RESIZE_ADJOINT = 388;

/** Bits of a map's mode. */
export const RESIZE_BILINEAR = 1;
export const RESIZE_ALIGN_CORNERS = 2;
export const RESIZE_HALF_PIXEL = 4;

/** Words of a map's entry: lower and upper source index, weight of the upper one. */
export const MAP_WORDS = 3;
/** Words of an adjoint map's entry before its weights: first output, number of outputs. */
export const ADJOINT_WORDS = 2;
