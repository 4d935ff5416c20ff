// Opcodes of the layout family (record.ts gives the number of the family).
export const OP_FILL = 64;
export const OP_COPY = 65;
