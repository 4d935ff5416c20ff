/** An IDX file by hand. */
export function idx(type: number, shape: number[], payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + payload.length);
  bytes.set([0, 0, type, shape.length]);
  shape.forEach((size, axis) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
  });
  bytes.set(payload, 4 + 4 * shape.length);
  return bytes;
}
