// Opcodes of the optimizer family (record.ts gives the number of the family).
export const OP_SGD = 448;
export const OP_SGD_MOMENTUM = 449;
export const OP_RMSPROP = 450;
export const OP_ADAM = 451;
export const OP_AVERAGE = 452;
export const OP_CLIP_IN_PLACE = 453;
