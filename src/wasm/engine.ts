import { inNode } from '../util/host';
import { physicalCores } from './cores';
import { type KernelModule, type LoadOptions, loadKernels } from './load';
import { type RecordRunner, SingleRunner } from './runner';
import { checkThreads, threadsHindrance } from './thread-options';
import { ThreadPool } from './threads';

export interface EngineOptions extends Omit<LoadOptions, 'shared'> {
  /**
   * Threads that compute, the calling one included; default: in Node the number of physical cores, in a
   * browser 1. Results are the same to the bit for any number. Where threads are not to be had (a page's main
   * thread, a page that is not cross-origin isolated) one computes, and the backend's report says why.
   */
  readonly threads?: number;
}

/** Kernels over a memory, and what runs them. */
export interface Engine {
  readonly kernels: KernelModule;
  readonly runner: RecordRunner;
  /** Why it has that many threads. */
  readonly threadsNote: string;
}

/**
 * Loads the kernels and starts the threads.
 *
 * @throws {UnsupportedError} if this host lacks what is needed or asked for.
 * @throws {ArgumentError} if the number of threads is not a whole number from 1 to 96.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const { threads: asked } = options;
  checkThreads(asked);
  const hindrance = threadsHindrance();
  const threads = hindrance ? 1 : (asked ?? (await physicalCores()));
  const single = async (threadsNote: string): Promise<Engine> => {
    const kernels = await loadKernels({ ...options, shared: false });
    return { kernels, runner: new SingleRunner(kernels.exports), threadsNote };
  };
  const reason = inNode() ? 'one for each physical core' : 'the default in a browser';
  const note = asked === undefined ? reason : 'as asked for';
  if (threads === 1) return single(hindrance && asked !== 1 ? hindrance : note);
  const kernels = await loadKernels({ ...options, shared: true });
  try {
    return { kernels, runner: await ThreadPool.start(kernels, threads), threadsNote: note };
  } catch (error) {
    // A number that was asked for is a demand, the default is not.
    if (asked !== undefined) throw error;
    return single(error instanceof Error ? error.message : String(error));
  }
}
