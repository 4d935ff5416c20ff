import { ArgumentError } from '../errors';
import { type Generator, trace } from './generator';
import { exportOnnx } from './onnx/export';
import { exportSafetensors } from './safetensors';
import { type ExportedFile, exportTfjs } from './tfjs/export';

export type { ExportedFile };

/** What an export is, by format: the bytes of a file, or several files. */
export interface Exported {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly safetensors: Uint8Array<ArrayBuffer>;
  readonly tfjs: readonly ExportedFile[];
}

export type ExportFormat = keyof Exported;

export interface WeightOptions {
  /** Store weights as 16-bit floats, half the size; computed with as 32-bit ones. Default false. */
  readonly half?: boolean;
}

type Exporters = {
  readonly [F in ExportFormat]: (generator: Generator, options: WeightOptions) => Promise<Exported[F]>;
};

const EXPORTERS: Exporters = {
  onnx: async (generator, options) => exportOnnx(await trace(generator), options),
  safetensors: exportSafetensors,
  tfjs: async (generator, options) => exportTfjs(await trace(generator), options),
};

/** Names of the formats. */
export const EXPORT_FORMATS = Object.keys(EXPORTERS) as readonly ExportFormat[];

/**
 * Writes a generator in a format.
 *
 * @throws {ArgumentError} if the format is unknown.
 * @throws {UnsupportedError} if the generator does something that the format cannot hold.
 */
export async function exportGenerator<F extends ExportFormat>(
  format: F,
  generator: Generator,
  options: WeightOptions,
): Promise<Exported[F]> {
  if (!Object.hasOwn(EXPORTERS, format)) {
    throw new ArgumentError(`export: format must be ${EXPORT_FORMATS.join(', ')}, got '${String(format)}'`);
  }
  return EXPORTERS[format](generator, options);
}
