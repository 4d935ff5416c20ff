import { inNode } from '../util/host';
import { physicalCores } from './cores';
import { type KernelModule, type LoadOptions, loadKernels } from './load';
import { type RecordRunner, SingleRunner } from './runner';
import { checkThreads, threadsHindrance } from './thread-options';
import { ThreadPool } from './threads';

export interface EngineOptions extends Omit<LoadOptions, 'shared'> {
  /**
   * Threads that compute, the calling one included. Default: the number of physical cores, and in a browser half
   * the number of hardware threads, which is all that a page is told. Results are the same to the bit for any
   * number, more than there are cores included (which is slower). Where threads are not to be had (a page's main
   * thread, a page that is not cross-origin isolated) one computes; a warning says so once, and the backend's
   * report says why.
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
  const alone = (reason: string): Promise<Engine> => {
    warnOnce(`kallima: one thread computes: ${reason}`);
    return single(reason);
  };
  const reason = inNode() ? 'one for each physical core' : 'half the hardware threads';
  const note = asked === undefined ? reason : 'as asked for';
  if (hindrance && asked !== 1) return alone(hindrance);
  if (threads === 1) return single(note);
  try {
    const kernels = await loadKernels({ ...options, shared: true });
    return { kernels, runner: await ThreadPool.start(kernels, threads), threadsNote: note };
  } catch (error) {
    // A number that was asked for is a demand, the default is not.
    if (asked !== undefined) throw error;
    return alone(error instanceof Error ? error.message : String(error));
  }
}

const warned = new Set<string>();

function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}
