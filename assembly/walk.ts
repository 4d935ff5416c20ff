// Walks a captured program.

import {
  PROGRAM_STAGES,
  PROGRAM_STAGE_COUNT,
  PROGRAM_TASKS,
  STAGE_FIRST,
  STAGE_TASKS,
  STAGE_WORDS,
  TASK_COUNT,
  TASK_RECORDS,
  TASK_SHARE,
  TASK_SHARES,
  TASK_WORDS,
} from './abi/program';
import { run } from './program';

// @ts-ignore: decorator
@inline
function word(base: usize, index: usize): usize {
  return <usize>load<u32>(base + (index << 2));
}

// @ts-ignore: decorator
@inline
function runTask(task: usize): void {
  run(
    word(task, TASK_RECORDS),
    <i32>word(task, TASK_COUNT),
    <i32>word(task, TASK_SHARE),
    <i32>word(task, TASK_SHARES),
  );
}

/**
 * Runs the stages of the program at `image` from stage `from` on.
 *
 * @returns the number of stages.
 */
export function walk(image: usize, from: i32, replay: i32, thread: i32, threads: i32): i32 {
  const tasks = word(image, PROGRAM_TASKS);
  const stages = word(image, PROGRAM_STAGES);
  const count = <i32>word(image, PROGRAM_STAGE_COUNT);
  for (let index = from; index < count; index++) {
    const stage = stages + <usize>index * (STAGE_WORDS << 2);
    const begin = word(stage, STAGE_FIRST);
    const end = begin + word(stage, STAGE_TASKS);
    for (let i = begin; i < end; i++) runTask(tasks + i * (TASK_WORDS << 2));
  }
  return count;
}
