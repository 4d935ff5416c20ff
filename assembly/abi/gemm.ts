// Opcodes of the matrix product family, and the block sizes that size its scratch memory.
export const OP_GEMM = 576;
export const OP_GEMM_DOT = 577;
export const OP_GEMM_THIN = 578;
export const OP_MADD_PEAK = 579;
export const OP_GEMM_PACK = 580;

/** Most rows of an inner tile, of any build. */
export const TILE_ROWS_MOST = 6;
/** Columns of an inner tile, and of a packed panel. */
export const TILE_COLUMNS = 8;
/** Bytes of the side tile: row pointers, then rows of 8 floats. */
export const ASIDE_BYTES = 256;
/** Rows that the dot kernel takes at once. */
export const DOT_ROWS = 3;
/** Most columns that the dot kernel takes. */
export const DOT_COLUMNS = 3;

/** K of a block. A panel of B, 32 KiB, streams from L2: cheaper than coming back to c for every shorter block. */
export const GEMM_KC = 1024;
/** Rows of a block: whole tiles in any build. */
export const GEMM_MC = 60;
/** Columns of a block. */
export const GEMM_NC = 512;
/** Bytes between packed rows of A, so that they do not all fall into the same cache sets. */
export const GEMM_ROW_GAP = 64;
