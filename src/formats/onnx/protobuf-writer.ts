/** Wire types. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/** Seven bits a byte, the lowest first; a negative one as its 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/**
 * A protobuf message that is being written down, field by field. Bytes are not copied before `toBytes`.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class MessageWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  integer(id: number, value: number): this {
    return this.add(Uint8Array.from([...varint(id * 8 + VARINT), ...varint(value)]));
  }

  float(id: number, value: number): this {
    return this.add(Uint8Array.from(varint(id * 8 + FIXED32))).add(
      new Uint8Array(Float32Array.of(value).buffer),
    );
  }

  bytes(id: number, value: Uint8Array): this {
    return this.head(id, value.length).add(value);
  }

  text(id: number, value: string): this {
    return this.bytes(id, encoder.encode(value));
  }

  /** An empty text is left out: it is the default. */
  textIfAny(id: number, value: string): this {
    return value ? this.text(id, value) : this;
  }

  message(id: number, value: MessageWriter): this {
    this.head(id, value.length);
    for (const part of value.parts) this.add(part);
    return this;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  }

  private head(id: number, length: number): this {
    return this.add(Uint8Array.from([...varint(id * 8 + BYTES), ...varint(length)]));
  }

  private add(part: Uint8Array): this {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }
}
