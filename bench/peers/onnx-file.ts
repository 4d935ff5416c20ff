/**
 * Writes ONNX files, as far as the peer's models need it: f32 tensors, int64 shapes, whole-number and list
 * attributes. The messages and field numbers are those of onnx.proto.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** Of ONNX 1.13; old enough for every runtime, new enough for all that is written here. */
const IR_VERSION = 8;
const OPSET = 17;

const FLOAT = 1;
const INT64 = 7;

const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

export type Attribute = number | readonly number[] | { readonly float: number };

const text = new TextEncoder();

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  while (value > 127) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  return [...bytes, value];
}

function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

const integer = (field: number, value: number): Uint8Array => concat([varint(field << 3), varint(value)]);

function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const content = typeof value === 'string' ? text.encode(value) : value;
  return concat([varint((field << 3) | 2), varint(content.length), content]);
}

const float = (field: number, value: number): Uint8Array =>
  concat([varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);

const message = (field: number, parts: readonly Uint8Array[]): Uint8Array => bytes(field, concat(parts));

function attribute(name: string, value: Attribute): Uint8Array {
  const parts = [bytes(1, name)];
  if (typeof value === 'number') parts.push(integer(3, value), integer(20, ATTRIBUTE_INT));
  else if ('float' in value) parts.push(float(2, value.float), integer(20, ATTRIBUTE_FLOAT));
  else parts.push(...value.map((item) => integer(8, item)), integer(20, ATTRIBUTE_INTS));
  return message(5, parts);
}

function tensor(name: string, type: number, shape: readonly number[], raw: ArrayBufferView): Uint8Array {
  const content = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  return message(5, [
    ...shape.map((size) => integer(1, size)),
    integer(2, type),
    bytes(8, name),
    bytes(9, content),
  ]);
}

function valueInfo(field: number, name: string, shape: readonly number[]): Uint8Array {
  const dimensions = shape.map((size) => message(1, [integer(1, size)]));
  const type = message(1, [integer(1, FLOAT), message(2, dimensions)]);
  return message(field, [bytes(1, name), message(2, [type])]);
}

/** A graph that is being written down, operation by operation. */
export class OnnxGraph {
  private readonly parts: Uint8Array[] = [];
  private names = 0;

  /** @returns `name`, to be used as an operation's input. */
  input(name: string, shape: readonly number[]): string {
    this.parts.push(valueInfo(11, name, shape));
    return name;
  }

  /** @returns the name of the constant. */
  floats(values: Float32Array, shape: readonly number[]): string {
    const name = this.freshName();
    this.parts.push(tensor(name, FLOAT, shape, values));
    return name;
  }

  /** @returns the name of the constant, a vector of int64. */
  integers(values: readonly number[]): string {
    const name = this.freshName();
    this.parts.push(tensor(name, INT64, [values.length], BigInt64Array.from(values, BigInt)));
    return name;
  }

  /** @returns the name of the operation's only output. */
  node(
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const output = this.freshName();
    this.parts.push(
      message(1, [
        ...inputs.map((name) => bytes(1, name)),
        bytes(2, output),
        bytes(4, operation),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ]),
    );
    return output;
  }

  /** The file of a model with one output. */
  toBytes(output: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
    const graph = [...this.parts, bytes(2, 'graph'), valueInfo(12, output, shape)];
    return concat([
      integer(1, IR_VERSION),
      bytes(2, 'kallima bench'),
      message(7, graph),
      message(8, [integer(2, OPSET)]),
    ]);
  }

  private freshName(): string {
    return `v${this.names++}`;
  }
}
