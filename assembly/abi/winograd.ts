// Opcodes of the Winograd family, and the sizes that size its scratch memory.
export const OP_WINOGRAD_PACK = 832;
export const OP_WINOGRAD = 833;
export const OP_WINOGRAD_GRADIENT = 834;
export const OP_WINOGRAD_FILTER_TRANSFORM = 835;
export const OP_WINOGRAD_FILTER_PRODUCTS = 836;
export const OP_WINOGRAD_FILTER_COMBINE = 837;

/** How OP_WINOGRAD_PACK lays out a filter: for the forward convolution, … */
export const WINOGRAD_PACK_FORWARD = 0;
/** for the input gradient at stride 1, which is a forward convolution with the filter turned, … */
export const WINOGRAD_PACK_TURNED = 1;
/** or for the input gradient by OP_WINOGRAD_GRADIENT. */
export const WINOGRAD_PACK_ADJOINT = 2;

/** Most points of an axis, α. */
export const WINOGRAD_POINTS = 6;
/** Bytes of channels of a pixel that are transformed at once. */
export const WINOGRAD_CHUNK_BYTES = 256;
/** Bytes of the plan, tables and two sets of transformed lines at the start of a share's scratch. */
export const WINOGRAD_FIXED_BYTES = 1280 + 2 * 36 * 256;
/** Bytes of a thread's scratch for packing: points along one axis, a bank, the 4 × 4 taps of 8 × 16 channels. */
export const WINOGRAD_PACK_BYTES = 16 * 40 + 64 + 16 * 16 * 32;
/** A transformed filter of more bytes need not stay in L3: it passes for many tiles at once. */
export const WINOGRAD_LARGE_FILTER = 8388608;
/** One of more bytes passes once, a part of it to each thread, though each then transforms all inputs. */
export const WINOGRAD_SPLIT_FILTER = 16777216;
/** Tiles a share from which on shares are ranges of tiles rather than panels: all panels of the filter pass for each. */
export const WINOGRAD_FEW_TILES = 24;
/** Bytes between the points of a transformed filter, so that they do not share cache sets. */
export const WINOGRAD_POINT_GAP = 64;
/** Bytes of a thread's pointers, of its values (and copies of last channels), and of what combining needs, in the filter's gradient. */
export const WINOGRAD_FILTER_POINTERS = 256;
export const WINOGRAD_FILTER_VALUES = 36 * 256 + 36 * 16;
export const WINOGRAD_COMBINE_BYTES = (6 + 1) * 4 * 48 * 16;
