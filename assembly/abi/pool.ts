// Opcodes of the pooling family (record.ts gives the number of the family).
export const OP_POOL_AVERAGE = 768;
export const OP_POOL_MAX = 769;
export const OP_POOL_AVERAGE_GRAD = 770;
export const OP_POOL_MAX_GRAD = 771;
