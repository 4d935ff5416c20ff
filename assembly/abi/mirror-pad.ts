// Opcodes of the mirror-pad family (record.ts gives the number of the family).
export const OP_MIRROR_PAD = 704;
export const OP_MIRROR_PAD_GRAD = 705;
