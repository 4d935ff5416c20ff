// Opcodes of the layout family (record.ts gives the number of the family). Elements are 4-byte words; a kernel
// named BYTE works on bytes. Offsets and strides count elements and may be negative.

/** y[n] = value: y, n, value (the word's bits). */
export const OP_FILL = 64;
/** y[n] = x[n]: y, x, n. */
export const OP_COPY = 65;
export const OP_FILL_BYTE = 66;
/**
 * y[yOffset + Σ iₐ·yStrideₐ] = x[xOffset + Σ iₐ·xStrideₐ] over up to MAX_RANK axes: y, x, yOffset, xOffset, n, then
 * MAX_RANK times, from the innermost axis: size, stride of x, stride of y.
 */
export const OP_STRIDED = 67;
export const OP_STRIDED_BYTE = 68;
/**
 * The same where an axis contiguous in x is not contiguous in y: y, x, yOffset, xOffset, then MAX_RANK times size,
 * stride of x, stride of y: first the axis whose stride in y is 1, then the one whose stride in x is 1.
 */
export const OP_TRANSPOSE = 69;
/**
 * y[batch][outer][count][slice] = x[batch][outer][index][slice] with index = indices[batch][count]; 0 where the
 * index is not in [0, size): y, x, indices, batch, outer, size, count, slice.
 */
export const OP_GATHER = 70;
/** y[n][depth] = on where the column is indices[n], else off: y, indices, n, depth, on, off (words' bits). */
export const OP_ONE_HOT = 71;
/** y[segments][columns] = sums of the rows of f32 x[rows][columns] by segment; ids outside are left out:
 * y, x, ids, segments, rows, columns. */
export const OP_SEGMENT_SUM = 72;
/** Running sums along the last axis of f32 x[rows][columns]: y, x, rows, columns, exclusive, reverse. */
export const OP_CUMSUM = 73;
