// Opcodes of the elementwise family (record.ts gives the number of the family) and the functions they apply.

/** y[n] = f(x[n]): y, x, n, function, two f32 parameters. */
export const OP_UNARY = 128;

// ---- Unary functions -----------------------------------------------------------------------
export const UNARY_ABS = 0;
export const UNARY_NEG = 1;
export const UNARY_SQUARE = 2;
export const UNARY_SQRT = 3;
export const UNARY_RSQRT = 4;
export const UNARY_RECIPROCAL = 5;
export const UNARY_FLOOR = 6;
export const UNARY_CEIL = 7;
/** To the nearest integer, halves to the even one. */
export const UNARY_ROUND = 8;
export const UNARY_SIGN = 9;
/** 1 above 0, else parameter 0; NaN stays. */
export const UNARY_STEP = 10;
/** Into [parameter 0, parameter 1]; NaN stays. */
export const UNARY_CLIP = 11;
export const UNARY_RELU = 12;
export const UNARY_RELU6 = 13;
/** Times parameter 0 below 0. */
export const UNARY_LEAKY_RELU = 14;
export const UNARY_EXP = 15;
export const UNARY_EXPM1 = 16;
export const UNARY_LOG = 17;
export const UNARY_LOG1P = 18;
export const UNARY_TANH = 19;
export const UNARY_SIGMOID = 20;
export const UNARY_SOFTPLUS = 21;
export const UNARY_ELU = 22;
/** Parameter 0 · x from 0 up, parameter 1 · (eˣ − 1) below. */
export const UNARY_SELU = 23;
export const UNARY_SIN = 24;
export const UNARY_COS = 25;
export const UNARY_ERF = 26;

// ---- Two operands, broadcast ---------------------------------------------------------------
// Arguments: y, a, b, function, n, then MAX_RANK times, from the innermost axis: size, stride of a, stride of b,
// in elements. Of the innermost axis at least one stride is 1 and the other 0 or 1. n may cut the last row short.

/** f32 from f32. */
export const OP_BINARY = 129;
/** i32 from i32. */
export const OP_BINARY_INT = 130;
/** A byte, 0 or 1, from f32. */
export const OP_COMPARE = 131;
/** A byte, 0 or 1, from i32. */
export const OP_COMPARE_INT = 132;
/** A byte, 0 or 1, from two such bytes. */
export const OP_LOGICAL = 133;

export const BINARY_ADD = 0;
export const BINARY_SUB = 1;
export const BINARY_MULTIPLY = 2;
export const BINARY_MAXIMUM = 3;
export const BINARY_MINIMUM = 4;
export const BINARY_SQUARED_DIFFERENCE = 5;
// From here on f32 only.
export const BINARY_DIVIDE = 6;
export const BINARY_POW = 7;
/** a where a ≥ 0, else a · b. */
export const BINARY_PRELU = 8;
/** a where b ≥ 0, else a · (b + 1): gradient a through an output b of elu. */
export const BINARY_ELU_GRAD = 9;

export const COMPARE_EQUAL = 0;
export const COMPARE_NOT_EQUAL = 1;
export const COMPARE_GREATER = 2;
export const COMPARE_GREATER_EQUAL = 3;
export const COMPARE_LESS = 4;
export const COMPARE_LESS_EQUAL = 5;

export const LOGICAL_AND = 0;
export const LOGICAL_OR = 1;

// ---- Conversions and choices, all contiguous -----------------------------------------------

/** y[n] = x[n] as another type: y, x, n, function. */
export const OP_CAST = 134;
/** Modulo 2³²; NaN and ±∞ become 0. */
export const CAST_FLOAT_TO_INT = 0;
export const CAST_INT_TO_FLOAT = 1;
export const CAST_BYTE_TO_FLOAT = 2;
export const CAST_BYTE_TO_INT = 3;
/** 1 where x ≠ 0. */
export const CAST_FLOAT_TO_BYTE = 4;
export const CAST_INT_TO_BYTE = 5;
export const CAST_IS_NAN = 6;
export const CAST_IS_INFINITE = 7;
export const CAST_IS_FINITE = 8;
/** Byte to byte, 1 where x = 0. */
export const CAST_NOT = 9;

/** y[n] = condition[n] = 1 ? a[n] : b[n] in 4-byte words: y, condition (bytes), a, b, n. */
export const OP_SELECT = 135;
/** The same in bytes. */
export const OP_SELECT_BYTE = 136;
