// Walks a captured program: alone, or together with other threads.

import {
  PROGRAM_CLAIMS,
  PROGRAM_DONES,
  PROGRAM_STAGES,
  PROGRAM_STAGE_COUNT,
  PROGRAM_TASKS,
  PROGRAM_WAITERS,
  STAGE_ALONE,
  STAGE_FIRST,
  STAGE_TASKS,
  STAGE_WORDS,
  TASK_COUNT,
  TASK_RECORDS,
  TASK_SHARE,
  TASK_SHARES,
  TASK_WORDS,
} from './abi/program';
import { runRecords } from './program';

/** How often a thread looks whether a stage is done before it goes to sleep: about 50 µs. */
const LOOKS = 50000;

// @ts-ignore: decorator
@inline
function word(base: usize, index: usize): usize {
  return <usize>load<u32>(base + (index << 2));
}

// @ts-ignore: decorator
@inline
function runTask<K>(image: usize, index: usize): void {
  const task = word(image, PROGRAM_TASKS) + index * (TASK_WORDS << 2);
  const share = <i32>word(task, TASK_SHARE);
  runRecords<K>(word(task, TASK_RECORDS), <i32>word(task, TASK_COUNT), share, <i32>word(task, TASK_SHARES));
}

/**
 * Runs the stages of the program at `image` from stage `from` on, together with whoever walks it too.
 *
 * Threads   each task of a stage is claimed by one thread, its own ones first, so that one stage after another
 *           finds the same part of a tensor in the same core's cache. A stage begins when all tasks of the one
 *           before have ended. Whoever waits for that looks for a moment, then returns to the caller, which
 *           sleeps and comes back with the same stage: to sleep here loses wake-ups in Node 20.
 * Replays   claims and counts go on from one replay to the next (modulo 2³²). A thread that is late, still on
 *           its way through a replay that the others have finished, finds every task claimed and every stage
 *           done.
 *
 * @returns the stage that others have yet to finish, or the number of stages when all are done.
 */
export function walkProgram<K>(image: usize, from: i32, replay: i32, thread: i32, threads: i32): i32 {
  const count = <i32>word(image, PROGRAM_STAGE_COUNT);
  let stage = word(image, PROGRAM_STAGES) + <usize>from * (STAGE_WORDS << 2);
  for (let index = from; index < count; index++) {
    const first = word(stage, STAGE_FIRST);
    const tasks = <i32>word(stage, STAGE_TASKS);
    if (ASC_FEATURE_THREADS) {
      const done = word(image, PROGRAM_DONES) + (<usize>index << 2);
      // Done words count the tasks of all replays.
      const target = replay * tasks;
      if (atomic.load<i32>(done) - target < 0) {
        if (word(stage, STAGE_ALONE) != 0) {
          if (thread == 0) {
            for (let i = 0; i < tasks; i++) runTask<K>(image, first + i);
            arrive(image, done, tasks, target);
          }
        } else {
          runClaimed<K>(image, first, tasks, replay, thread, threads, done, target);
        }
        if (!look(done, target)) return index;
      }
    } else {
      for (let i = 0; i < tasks; i++) runTask<K>(image, first + i);
    }
    stage += STAGE_WORDS << 2;
  }
  return count;
}

/** Runs those of a stage's tasks that nobody else claims. */
function runClaimed<K>(
  image: usize,
  first: usize,
  tasks: i32,
  replay: i32,
  thread: i32,
  threads: i32,
  done: usize,
  target: i32,
): void {
  const claims = word(image, PROGRAM_CLAIMS) + (first << 2);
  const unclaimed = replay - 1;
  let task = (thread * tasks) / threads;
  for (let i = 0; i < tasks; i++) {
    const claim = claims + (<usize>task << 2);
    // Only a word that may be free is written to: a write takes the line away from the other cores.
    if (atomic.load<i32>(claim) == unclaimed) {
      if (atomic.cmpxchg<i32>(claim, unclaimed, replay) == unclaimed) {
        runTask<K>(image, first + task);
        arrive(image, done, 1, target);
      }
    }
    if (++task == tasks) task = 0;
  }
}

/** Counts `tasks` more as ended; wakes those who sleep if they were the last. */
// @ts-ignore: decorator
@inline
function arrive(image: usize, done: usize, tasks: i32, target: i32): void {
  const before = atomic.add<i32>(done, tasks);
  if (before + tasks != target) return;
  if (atomic.load<i32>(image + (PROGRAM_WAITERS << 2)) != 0) atomic.notify(done, -1);
}

/** Whether a stage is done, or is within a moment. */
// @ts-ignore: decorator
@inline
function look(done: usize, target: i32): bool {
  for (let i = 0; i < LOOKS; i++) {
    if (atomic.load<i32>(done) - target >= 0) return true;
  }
  return false;
}
