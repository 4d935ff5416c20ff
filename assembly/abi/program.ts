// The image of a captured program: what `walk` reads. All words are 32 bits wide, all addresses are bytes.
//
// A program is a list of stages that run one after the other; a stage is a number of tasks that may run at the
// same time; a task is a run of records, one after the other, all as the same share of the same number of shares.

// ---- The header, 64-byte aligned ------------------------------------------------------------

/** Address of the tasks, TASK_WORDS each. */
export const PROGRAM_TASKS = 0;
/** Address of the stages, STAGE_WORDS each. */
export const PROGRAM_STAGES = 1;
/** Number of stages. */
export const PROGRAM_STAGE_COUNT = 2;
/** Address of the claim words, one a task: the number of the last replay in which somebody took it. */
export const PROGRAM_CLAIMS = 3;
/** Address of the done words, one a stage: tasks that have ended, in all replays so far together. */
export const PROGRAM_DONES = 4;
/** Number of the replay at hand; wraps. */
export const PROGRAM_REPLAY = 5;
/** Threads that sleep until a stage is done, or are about to; in a line of its own. */
export const PROGRAM_WAITERS = 16;
export const PROGRAM_WORDS = 32;

// ---- A task -----------------------------------------------------------------------------------

/** Address of its first record. */
export const TASK_RECORDS = 0;
/** Number of its records. */
export const TASK_COUNT = 1;
export const TASK_SHARE = 2;
export const TASK_SHARES = 3;
export const TASK_WORDS = 4;

// ---- A stage ----------------------------------------------------------------------------------

/** Index of its first task; its tasks follow each other. */
export const STAGE_FIRST = 0;
/** Number of its tasks, at least 1. */
export const STAGE_TASKS = 1;
/** Not 0: the calling thread alone runs it. */
export const STAGE_ALONE = 2;
export const STAGE_WORDS = 4;
