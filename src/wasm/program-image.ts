import {
  PROGRAM_CLAIMS,
  PROGRAM_DONES,
  PROGRAM_STAGE_COUNT,
  PROGRAM_STAGES,
  PROGRAM_TASKS,
  PROGRAM_WORDS,
  STAGE_ALONE,
  STAGE_FIRST,
  STAGE_TASKS,
  STAGE_WORDS,
  TASK_COUNT,
  TASK_RECORDS,
  TASK_SHARE,
  TASK_SHARES,
  TASK_WORDS,
} from '../../assembly/abi/program';
import { ALIGNMENT } from '../../assembly/abi/record';

/** Records that lie one behind the other, all run as share `share` of `shares`. */
export interface ProgramTask {
  /** Byte address of the first record. */
  readonly records: number;
  readonly count: number;
  readonly share: number;
  readonly shares: number;
}

/** Tasks that may run at the same time; the next stage begins when all of them have ended. */
export interface ProgramStage {
  readonly tasks: readonly ProgramTask[];
  /**
   * The calling thread alone runs it, task by task: for what writes state, so that a worker that dies never
   * leaves state half-written.
   */
  readonly alone?: boolean;
}

/** A program in wasm memory, ready to run; see assembly/abi/program.ts. */
export interface ProgramImage {
  /** Byte address of its header. */
  readonly address: number;
  /** Number of stages. */
  readonly stages: number;
}

const lines = (words: number): number => Math.ceil((words * 4) / ALIGNMENT) * ALIGNMENT;

/** Where the parts of an image lie, in bytes from its address. */
function partsOf(stages: readonly ProgramStage[]) {
  const tasks = stages.reduce((sum, stage) => sum + stage.tasks.length, 0);
  const tasksAt = lines(PROGRAM_WORDS);
  const stagesAt = tasksAt + lines(tasks * TASK_WORDS);
  const claimsAt = stagesAt + lines(stages.length * STAGE_WORDS);
  const donesAt = claimsAt + lines(tasks);
  return { tasksAt, stagesAt, claimsAt, donesAt, bytes: donesAt + lines(stages.length) };
}

/** Bytes of the image of a program of these stages, its records not included. */
export function imageBytes(stages: readonly ProgramStage[]): number {
  return partsOf(stages).bytes;
}

/**
 * Writes the image of a program; its records are written by the caller, before or after.
 *
 * @param address of `imageBytes(stages)` bytes, 64-byte aligned, that stay the image's own until
 *        `RecordRunner.settle()` after its last run.
 * @param stages each of at least one task.
 */
export function writeImage(
  memory: WebAssembly.Memory,
  address: number,
  stages: readonly ProgramStage[],
): ProgramImage {
  const { tasksAt, stagesAt, claimsAt, donesAt, bytes } = partsOf(stages);
  const words = new Int32Array(memory.buffer, address, bytes / 4).fill(0);
  words[PROGRAM_TASKS] = address + tasksAt;
  words[PROGRAM_STAGES] = address + stagesAt;
  words[PROGRAM_STAGE_COUNT] = stages.length;
  words[PROGRAM_CLAIMS] = address + claimsAt;
  words[PROGRAM_DONES] = address + donesAt;
  let first = 0;
  stages.forEach(({ tasks, alone }, index) => {
    if (tasks.length === 0) throw new RangeError(`writeImage: a stage must have tasks, got none in ${index}`);
    const stage = stagesAt / 4 + index * STAGE_WORDS;
    words[stage + STAGE_FIRST] = first;
    words[stage + STAGE_TASKS] = tasks.length;
    words[stage + STAGE_ALONE] = alone ? 1 : 0;
    for (const { records, count, share, shares } of tasks) {
      const task = tasksAt / 4 + first++ * TASK_WORDS;
      words[task + TASK_RECORDS] = records;
      words[task + TASK_COUNT] = count;
      words[task + TASK_SHARE] = share;
      words[task + TASK_SHARES] = shares;
    }
  });
  return { address, stages: stages.length };
}
