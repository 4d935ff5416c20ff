// Opcodes of the fused family (record.ts gives the number of the family), and how a chain is described.

/**
 * Elementwise members run block by block, so that what passes from one to the next stays in the cache.
 * Arguments: results…, scratch; operands…, code; n, elements of a row, elements of a block, slots, members,
 * repeats, bytes of scratch a thread.
 *
 * The code, words: for each slot [word of the record's arguments that holds its pointer, or −1 for the scratch;
 * byte offset; bytes from one element to the next, from one column of a row to the next], then for each repeat
 * [word of the arguments, byte offset in the scratch, elements of one, elements of all], then the members.
 */
export const OP_CHAIN = 896;

/**
 * The same, and what one of them makes is summed along rows as OP_REDUCE_ROWS does, without being stored.
 * Arguments: sums[outer][chunks], results…, scratch; operands…, code; elements, of a row, of a chunk of it,
 * divisor (f32), slots, members, slot that is summed, bytes of scratch a thread. No operand repeats.
 */
export const OP_CHAIN_SUM = 897;

/** Elements of a block: a few blocks fit into the first-level cache. A multiple of what a sum adds up in f32. */
export const CHAIN_BLOCK = 1024;

export const SLOT_WORDS = 4;
export const REPEAT_WORDS = 4;
/**
 * Words of a member: opcode of the elementwise family, function, slots of the result and of up to three operands,
 * two f32 parameters, and for each of two operands whether it moves (1) or is one element for all (0).
 */
export const MEMBER_WORDS = 10;

// Members that are two records each, in one loop:
/** y = f(a + b), f UNARY_RELU or UNARY_LEAKY_RELU. */
export const MEMBER_RECTIFIED_SUM = 960;
/** y = a · step(b), as UNARY_STEP. */
export const MEMBER_MASKED = 961;

/** Bytes of a slot in a thread's scratch: its pointer, the two steps, and its place for the block at hand. */
export const SLOT_BYTES = 16;

/** Words of an epilogue: what it reads (EPILOGUE_ADDS, EPILOGUE_MASKS), function + 1 (0: none), two f32 parameters. */
export const EPILOGUE_WORDS = 4;
/** A vector is added to each row of the result. */
export const EPILOGUE_ADDS = 1;
/** The result is multiplied by 1 where the last input is above 0, by the first parameter elsewhere; no function. */
export const EPILOGUE_MASKS = 2;
