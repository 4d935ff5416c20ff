import { GENERATOR_METADATA_KEY } from '../../formats/generator-metadata';
import { writeOnnx } from '../../formats/onnx/write';
import { describe, type TracedGenerator } from '../generator';
import { writeGraph } from './write-graph';

/**
 * A generator as an ONNX file: opset 17, images `[N, C, H, W]`, any number of samples, and what its inputs and output
 * mean under the metadata key `kallima`.
 *
 * @param options `half`: weights as 16-bit floats, each with a Cast to 32 bits.
 * @throws {UnsupportedOpError} naming a kernel that has no counterpart.
 */
export function exportOnnx(
  traced: TracedGenerator,
  { half = false }: { readonly half?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const metadata = describe(traced, 'channelsFirst');
  const entries = { [GENERATOR_METADATA_KEY]: JSON.stringify(metadata) };
  return writeOnnx(writeGraph(traced.graph, metadata.output.name, entries, { half }));
}
