// Opcodes of the Winograd family.
export const OP_WINOGRAD_PACK = 832;
export const OP_WINOGRAD = 833;
export const OP_WINOGRAD_GRADIENT = 834;
