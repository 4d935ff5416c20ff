import { probeWasm } from '../wasm/features';
import type { Loaded, Painter } from './painter';
import { startWorker, WorkerPainter } from './worker-painter';

/** A model that all elements with the same source draw with; closed when the last of them lets go. */
export interface SharedModel {
  readonly opened: Promise<Loaded & { readonly painter: Painter }>;
  release(): void;
}

interface Entry {
  readonly painter: Promise<Painter>;
  readonly opened: SharedModel['opened'];
  users: number;
}

const models = new Map<string, Entry>();

/** @param src absolute URL of a model. */
export function shareModel(src: string): SharedModel {
  const entry = models.get(src) ?? open(src);
  entry.users++;
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    if (--entry.users === 0) close(src, entry);
  };
  return { opened: entry.opened, release };
}

function open(src: string): Entry {
  const painter = startPainter();
  const opened = painter.then(async (started) => ({ ...(await started.load(src)), painter: started }));
  const entry: Entry = { painter, opened, users: 0 };
  models.set(src, entry);
  // Whoever asks next tries again; its users are told by `opened`.
  opened.catch(() => close(src, entry));
  return entry;
}

function close(src: string, entry: Entry): void {
  if (models.get(src) === entry) models.delete(src);
  entry.painter.then(
    (painter) => painter.close(),
    () => undefined,
  );
}

async function startPainter(): Promise<Painter> {
  // Whole in one file each, so that whatever copies files that are named by their URL copies all of it.
  const script = probeWasm().relaxedSimd
    ? new URL('./element-worker-relaxed.js', import.meta.url)
    : new URL('./element-worker-simd.js', import.meta.url);
  const worker = await startWorker(script);
  if (worker) return new WorkerPainter(worker);
  const { LocalPainter } = await import('./local-painter');
  return new LocalPainter();
}
