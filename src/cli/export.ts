import { dirname, join, resolve } from 'node:path';
import { ArgumentError, type ExportedFile, type ExportFormat, loadSampler } from '../index';
import { readFileBytes, writeFileAtomic, writeFolderAtomic } from '../util/files';
import { checkpointOf } from './checkpoint-of';
import { createReporter } from './reporter';

export interface ExportOptions {
  readonly to: ExportFormat;
  /** A file, or with tfjs a folder. */
  readonly out?: string;
  readonly half?: boolean;
  readonly direction?: string;
  /** False for the weights themselves. */
  readonly averaged: boolean;
  readonly json?: boolean;
}

interface Format {
  /** What is written where nothing is said. */
  readonly name: string;
  /** How to open it. */
  open(path: string): string;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  onnx: {
    name: 'generator.onnx',
    open: (path) => `await loadGenerator('${path}') of kallima/generator, or any ONNX runtime`,
  },
  safetensors: {
    name: 'generator.safetensors',
    open: (path) => `safetensors.numpy.load_file('${path}') in Python, or readSafetensors of kallima`,
  },
  tfjs: {
    name: 'generator-tfjs',
    open: (path) => `await tf.loadGraphModel('${path}/model.json'), where a server serves the folder`,
  },
};

/** What a folder of a graph model may hold, and so an export may replace. */
const GRAPH_MODEL = /^(model\.json|group\d+-shard\d+of\d+\.bin)$/;

/** `kallima export`: the generator of a run's newest checkpoint, or of one file, for other programs. */
export async function exportGenerator(source: string, options: ExportOptions): Promise<void> {
  const { to, half = false, direction, averaged, json = false } = options;
  const checkpoint = await checkpointOf('export', source);
  const folder = checkpoint === source ? dirname(source) : source;
  const out = options.out ?? join(folder, FORMATS[to].name);
  if (resolve(out) === resolve(checkpoint)) {
    throw new ArgumentError(`export: --out must not be the checkpoint itself, got '${out}'`);
  }
  const sampler = await loadSampler(await readFileBytes(checkpoint), { backend: 'cpu' });
  const averages = averaged && sampler.header.settings.averaging !== false;
  let exported: Uint8Array | readonly ExportedFile[];
  try {
    exported = await sampler.export(to, { half, direction, averaged: averages });
  } finally {
    sampler.dispose();
  }
  const files =
    exported instanceof Uint8Array
      ? [{ path: out, bytes: exported }]
      : exported.map(({ name, bytes }) => ({ path: join(out, name), bytes }));
  if (exported instanceof Uint8Array) await writeFileAtomic(out, exported);
  else await writeFolderAtomic(out, new Map(exported.map(({ name, bytes }) => [name, bytes])), GRAPH_MODEL);
  const written = files.map(({ path, bytes }) => `${path}  ${formatBytes(bytes.length)}`);
  createReporter(json).done(
    [`Generator of ${checkpoint}`, ...written, `Open it: ${FORMATS[to].open(out)}.`].join('\n'),
    {
      format: to,
      half,
      direction,
      averaged: averages,
      checkpoint,
      out,
      files: files.map(({ path, bytes }) => ({ path, bytes: bytes.length })),
    },
  );
}

/** `1.2 MB`, `340 kB` */
function formatBytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
