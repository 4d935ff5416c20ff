import { toFloat16 } from '../../util/float16';
import { fitsHalf } from '../half';
import type { Weight } from './graph-def';

/** Browsers cache files up to this size well, and fetch several at once. */
const SHARD_BYTES = 4 * 1024 * 1024;

/** A group of `weightsManifest`: what lies in its files, one after the other. */
export interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly object[];
}

export interface PackedWeights {
  readonly manifest: readonly ManifestGroup[];
  /** By path. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Weights in files of at most 4 MB, as `loadGraphModel` fetches them.
 *
 * @param half write floats in half precision, which the loader turns back into float32.
 */
export function packWeights(weights: readonly Weight[], half: boolean): PackedWeights {
  const halved = (weight: Weight) =>
    half && weight.type === 'float32' && fitsHalf(weight.shape, weight.values);
  const parts = weights.map((weight) => bytesOf(weight, halved(weight)));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  const files = new Map(
    Array.from({ length: count }, (_, i) => [
      `group1-shard${i + 1}of${count}.bin`,
      bytes.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
    ]),
  );
  const specs = weights.map((weight) => ({
    name: weight.name,
    shape: weight.shape,
    dtype: weight.type,
    ...(halved(weight) && { quantization: { dtype: 'float16', original_dtype: 'float32' } }),
  }));
  return { manifest: [{ paths: [...files.keys()], weights: specs }], files };
}

function bytesOf({ type, values }: Weight, half: boolean): Uint8Array {
  if (type === 'bool') return Uint8Array.from(values);
  const array =
    type === 'int32' ? Int32Array.from(values) : half ? toFloat16(values) : Float32Array.from(values);
  return new Uint8Array(array.buffer);
}
