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
