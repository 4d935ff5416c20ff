// Opcodes of the random family (record.ts gives the number of the family).
export const OP_RANDOM_WORDS = 512;
export const OP_RANDOM_UNIFORM = 513;
export const OP_RANDOM_NORMAL = 514;
