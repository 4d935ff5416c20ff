import { WorkerError } from '../errors';
import {
  type Drawn,
  type DrawRequest,
  type Loaded,
  type Painter,
  READY,
  type Reply,
  type Request,
} from './painter';

interface Waiting {
  resolve(result: Loaded | Drawn): void;
  reject(reason: Error): void;
}

/** Leaves the drawing to a worker. */
export class WorkerPainter implements Painter {
  readonly inWorker = true;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** @param worker that has said that it is ready. */
  constructor(private readonly worker: Worker) {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if ('result' in data) waiting?.resolve(data.result);
      else waiting?.reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
    };
    worker.onerror = ({ message }) => this.end(`'${message}'`);
  }

  load(src: string): Promise<Loaded> {
    return this.ask<Loaded>((id) => ({ id, load: src }));
  }

  draw(request: DrawRequest): Promise<Drawn> {
    return this.ask<Drawn>((id) => ({ id, draw: request }));
  }

  close(): void {
    this.worker.terminate();
    this.end('one that was closed');
  }

  private end(reason: string): void {
    const error = new WorkerError(`kallima-generator: the worker must stay alive, got ${reason}`);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private ask<Result extends Loaded | Drawn>(request: (id: number) => Request): Promise<Result> {
    const id = this.asked++;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve: (result) => resolve(result as Result), reject });
      this.worker.postMessage(request(id));
    });
  }
}

/**
 * Starts the worker's script, or a module of one line that imports it: browsers run no worker of another origin, but
 * let one import from there.
 *
 * @returns undefined where it cannot start: policy, origin, no such file.
 */
export async function startWorker(script: URL): Promise<Worker | undefined> {
  return (await started(script.href)) ?? startFromBlob(script.href);
}

async function startFromBlob(script: string): Promise<Worker | undefined> {
  const blob = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    return await started(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function started(url: string): Promise<Worker | undefined> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(url, { type: 'module' });
      worker.onmessage = ({ data }) => data === READY && resolve(worker);
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        resolve(undefined);
      };
    } catch {
      resolve(undefined);
    }
  });
}
