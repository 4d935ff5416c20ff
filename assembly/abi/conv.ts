// Opcodes of the convolution family, and the block sizes that size its scratch memory.
export const OP_CONV_PACK = 640;
export const OP_CONV = 641;
export const OP_CONV_FILTER = 642;
export const OP_CONV_THIN_FILTER = 643;
export const OP_CONV_THIN_FILTER_SUM = 644;
export const OP_CONV_THIN_GRADIENT = 645;
export const OP_CONV_FEW_PIXELS = 646;
export const OP_CONV_PACK_LINES = 647;
export const OP_CONV_DEPTHWISE = 648;

/** Bytes of the two axes and the unit at the start of a thread's scratch. */
export const PLAN_BYTES = 256;

/** Row segments of fewer floats than this are copied together into one row. */
export const SEGMENT_LEAST = 32;
/** Row segments are not merged past this many floats, and taps come in groups of no more: see GEMM_KC. */
export const SEGMENT_MOST = 1024;
/** Rows (tap, input channel) of a block of the filter's gradient: whole tiles in any build. */
export const FILTER_ROWS = 240;
/** Most channels of the thin side of a thin convolution. */
export const THIN_CHANNELS = 3;
/** Bytes between the lines of a filter that OP_CONV_PACK_LINES has packed, so that they do not share cache sets. */
export const FEW_PIXELS_GAP = 64;
