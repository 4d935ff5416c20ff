import { ArgumentError, FormatError } from '../errors';
import { looksLike } from '../formats/onnx/looks-like';
import { inNode, nodeModule } from '../util/host';
import { printable } from '../util/text';

/**
 * Where a model is: its URL (a relative one is one of the page's), in Node also the path of a file; its bytes; a
 * file that was chosen or dropped; the answer to a request.
 */
export type GeneratorSource = string | URL | ArrayBuffer | ArrayBufferView | Blob | Response;

/** Two letters at least: one is a drive. */
const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/**
 * The bytes of a model; given as bytes, they are not copied.
 *
 * @throws {ArgumentError} if nothing can be had from there, naming URL and status or path and reason.
 * @throws {FormatError} if there is nothing in it, or a page.
 */
export async function readSource(source: GeneratorSource): Promise<Uint8Array> {
  const [bytes, from] = await fetchBytes(source);
  const other = looksLike(bytes);
  if (other) {
    throw new FormatError(
      `loadGenerator: the source must be an ONNX model, got ${other}${from && ` from ${printable(from)}`}`,
    );
  }
  return bytes;
}

async function fetchBytes(source: GeneratorSource): Promise<[bytes: Uint8Array, from: string]> {
  if (source instanceof ArrayBuffer) return [new Uint8Array(source), ''];
  if (ArrayBuffer.isView(source)) {
    return [new Uint8Array(source.buffer, source.byteOffset, source.byteLength), ''];
  }
  if (source instanceof Blob) return [await body(source, fileName(source)), fileName(source)];
  if (source instanceof Response) return readResponse(source, source.url);
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw new ArgumentError(
      `loadGenerator: the source must be a URL, bytes, a file or a response, got ${printable(String(source))}`,
    );
  }
  const address = String(source);
  if (inNode()) {
    if (!SCHEME.test(address)) return [await readFile(address), address];
    if (/^file:/i.test(address)) {
      const { fileURLToPath } = await nodeModule<typeof import('node:url')>('node:url');
      return [await readFile(fileURLToPath(address)), address];
    }
  }
  const response = await fetch(source).catch((cause: Error) => {
    throw unreachable(cause, address);
  });
  return readResponse(response, address);
}

const readFile = async (path: string) => (await import('../util/files')).readFileBytes(path);

const fileName = (blob: Blob): string => ('name' in blob ? String(blob.name) : '');

const unreachable = (cause: Error, from: string): ArgumentError =>
  new ArgumentError(
    `loadGenerator: the source must be within reach, got '${printable(cause.message)}' for ${printable(from) || 'it'}`,
    { cause },
  );

/** The whole of it; a file can be gone by now, a connection break. */
async function body(source: Blob | Response, from: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await source.arrayBuffer());
  } catch (cause) {
    throw unreachable(cause as Error, from);
  }
}

async function readResponse(response: Response, from: string): Promise<[bytes: Uint8Array, from: string]> {
  if (!response.ok) {
    const status = printable(`${response.status} ${response.statusText}`.trim());
    throw new ArgumentError(
      `loadGenerator: the source must be there, got ${status} for ${printable(from) || 'it'}`,
    );
  }
  return [await body(response, from), from];
}
