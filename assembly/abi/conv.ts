// Opcodes of the convolution family, and the block sizes that size its scratch memory.
export const OP_CONV_PACK = 640;
export const OP_CONV = 641;
export const OP_CONV_FILTER = 642;

/** Output pixels of a unit of work; a multiple of 4. */
export const CONV_PIXELS = 64;
/** Fewer input channels than this: patches are copied out, and a patch is one row. */
export const PATCH_CHANNELS = 8;
/** K above which taps are split into groups, so that a panel of the filter stays in L1. */
export const CONV_KC = 512;
/** Pixels of a block of the filter's gradient; a multiple of 4. */
export const FILTER_PIXELS = 256;
/** Rows (tap, input channel) of a block of the filter's gradient; a multiple of 4. */
export const FILTER_ROWS = 256;

/** Words of a convolution's geometry in a record; see ConvGeometry. */
export const GEOMETRY_WORDS = 15;
/** Bytes of the two phase axes at the start of a thread's scratch. */
export const PHASE_BYTES = 128;
