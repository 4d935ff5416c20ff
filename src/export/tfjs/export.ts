import { describe, type TracedGenerator } from '../generator';
import { writeGraphModel } from './model';

/** A file of an export that has several. */
export interface ExportedFile {
  /** Its name beside the others, e.g. `model.json`. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A generator as the files of a graph model of TF.js, `model.json` first, for `loadGraphModel`: images `[N, H, W, C]`,
 * any number of samples, and what its inputs and output mean in `model.metadata.kallima`.
 *
 * @param options `half`: kernels and other weights of rank 2 and more as 16-bit floats, which the loader widens.
 * @throws {UnsupportedOpError} naming a kernel that has no counterpart.
 */
export function exportTfjs(
  traced: TracedGenerator,
  { half = false }: { readonly half?: boolean } = {},
): ExportedFile[] {
  const files = writeGraphModel(traced.graph, { metadata: describe(traced, 'channelsLast'), half });
  return [...files].map(([name, bytes]) => ({ name, bytes }));
}
