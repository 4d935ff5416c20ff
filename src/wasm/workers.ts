import { inNode, nodeModule } from '../util/host';
import { BROWSER_WORKER_SOURCE, NODE_WORKER_SOURCE } from './worker-source';

/** What a worker is given. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Its number, from 1; the calling thread is 0. */
  readonly thread: number;
  readonly threads: number;
}

/** A worker that computes, Node's or a browser's. */
export interface ComputeWorker {
  /** Its number, from 1. */
  readonly thread: number;
  /** Settles when it computes. */
  readonly ready: Promise<void>;
  /** Settles when it is over, whoever ended it; in a browser without the Web Locks API only by `end`. */
  readonly over: Promise<void>;
  /** Ends it, whatever it is doing, and settles when it touches the memory no more. */
  end(): Promise<void>;
}

export function startWorker(data: WorkerData): Promise<ComputeWorker> {
  return inNode() ? startNodeWorker(data) : startBrowserWorker(data);
}

async function startNodeWorker(data: WorkerData): Promise<ComputeWorker> {
  const { Worker } = await nodeModule<typeof import('node:worker_threads')>('node:worker_threads');
  const worker = new Worker(NODE_WORKER_SOURCE, {
    eval: true,
    // The program's own flags need not suit a worker.
    execArgv: [],
    workerData: data,
  });
  const over = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    // A later error ends the worker, and that is seen; without a listener it would end the program.
    worker.on('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended with code ${code}`)));
  });
  return {
    thread: data.thread,
    ready,
    over,
    end: async () => {
      await worker.terminate();
    },
  };
}

/** How long a browser's worker that was ended may go on where no lock tells that it is over, in milliseconds. */
const END_MS = 500;

async function startBrowserWorker(data: WorkerData): Promise<ComputeWorker> {
  const url = URL.createObjectURL(new Blob([BROWSER_WORKER_SOURCE], { type: 'text/javascript' }));
  // A worker holds a lock for as long as it lives: nothing else tells when one is over.
  const locks = globalThis.navigator?.locks;
  const lock = locks && `kallima-${crypto.randomUUID()}`;
  const worker = new Worker(url);
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message || 'the worker was refused'));
    worker.postMessage({ ...data, lock });
  }).finally(() => URL.revokeObjectURL(url));
  let ended = () => {};
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let computes = false;
  ready
    .then(() => {
      computes = true;
      return lock ? locks.request(lock, () => ended()) : undefined;
    })
    .catch(() => ended());
  return {
    thread: data.thread,
    ready,
    over,
    end: async () => {
      worker.terminate();
      if (!lock || !computes) setTimeout(ended, END_MS);
      await over;
    },
  };
}
