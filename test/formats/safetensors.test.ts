import { describe, expect, it } from 'vitest';
import { ArgumentError, FormatError } from '../../src/errors';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors';

/** A file with this header text and this many bytes of data. */
function file(header: string, dataBytes = 0, length = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ a: { dtype, shape, data_offsets: offsets } });

describe('safetensors', () => {
  it('gives back what was written, in every dtype', () => {
    const tensors = new Map([
      ['10', { shape: [3], data: new Uint8Array([1, 2, 255]) }],
      ['w/kernel', { shape: [2, 2], data: new Float32Array([1.5, -0, 1e-38, Number.NaN]) }],
      ['é "quoted"', { shape: [], data: new Int32Array([-7]) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
      ['f64', { shape: [1], data: new Float64Array([Math.PI]) }],
      ['i16', { shape: [1], data: new Int16Array([-3]) }],
      ['u16', { shape: [1], data: new Uint16Array([65535]) }],
      ['i8', { shape: [1], data: new Int8Array([-128]) }],
      ['u32', { shape: [1], data: new Uint32Array([2 ** 32 - 1]) }],
    ]);
    const bytes = writeSafetensors(tensors, [['note', 'two\nlines']]);
    const read = readSafetensors(bytes);
    expect(new Map(read.tensors)).toEqual(tensors);
    expect([...read.metadata]).toEqual([['note', 'two\nlines']]);
    expect(writeSafetensors(tensors, [['note', 'two\nlines']])).toEqual(bytes);
  });

  it('writes floats in half precision where asked to, and reads their rounded values', () => {
    const values = new Float32Array([1, -0.1, 1 / 3, 65504]);
    const bytes = writeSafetensors([
      ['half', { shape: [2, 2], data: values, half: true }],
      ['whole', { shape: [4], data: values }],
      ['byte', { shape: [1], data: new Uint8Array([7]), half: true }],
    ]);
    const { tensors } = readSafetensors(bytes);
    const rounded = new Float32Array([1, -0.0999755859375, 0.333251953125, 65504]);
    expect(tensors.get('half')).toEqual({ shape: [2, 2], data: rounded, half: true });
    expect(tensors.get('whole')).toEqual({ shape: [4], data: values });
    expect(tensors.get('byte')).toEqual({ shape: [1], data: new Uint8Array([7]) });
    const headerEnd = 8 + new DataView(bytes.buffer).getUint32(0, true);
    expect(bytes.length - headerEnd).toBe(8 + 16 + 1);
    expect([...bytes.subarray(headerEnd + 16, headerEnd + 20)]).toEqual([0x00, 0x3c, 0x66, 0xae]);
  });

  it('writes the layout of the format', () => {
    const bytes = writeSafetensors([['a', { shape: [1], data: new Float32Array([1]) }]]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('reads a file that lies at an odd offset of its buffer', () => {
    const bytes = writeSafetensors([['a', { shape: [2], data: new Float32Array([1, 2]) }]]);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readSafetensors(shifted.subarray(1)).tensors.get('a')?.data).toEqual(new Float32Array([1, 2]));
  });

  it('reads a Node Buffer as it reads other bytes', () => {
    const bytes = writeSafetensors([['a', { shape: [2], data: new Float32Array([1, 2]) }]]);
    expect(readSafetensors(Buffer.from(bytes)).tensors).toEqual(readSafetensors(bytes).tensors);
  });

  it('refuses to write a shape that does not fit its data', () => {
    expect(() => writeSafetensors([['a', { shape: [3], data: new Float32Array(2) }]])).toThrow(ArgumentError);
    expect(() => writeSafetensors([['__metadata__', { shape: [1], data: new Float32Array(1) }]])).toThrow(
      ArgumentError,
    );
  });

  it('refuses every truncation of a good file', () => {
    const bytes = writeSafetensors(
      [
        ['a', { shape: [2], data: new Float32Array(2) }],
        ['b', { shape: [3], data: new Uint8Array(3) }],
      ],
      [['k', 'v']],
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
    expect(() => readSafetensors(new Uint8Array([...bytes, 0]))).toThrow('bytes past the last');
  });

  it.each([
    ['a header past the end of the file', file('{}', 0, 100)],
    ['a header of 2^60 bytes', file('{}', 0, 2 ** 60)],
    ['a header that is not JSON', file('{"a"')],
    ['a header that is a list', file('[]')],
    ['a header that is deeply nested', file('['.repeat(100_000))],
    ['an entry that is deeply nested', file(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['a header that is not UTF-8', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe])],
    ['an entry that is null', file('{"a":null}')],
    ['metadata that is a number', file('{"__metadata__":{"k":1}}')],
    ['an unknown dtype', file(entry('F8', [1], [0, 1]), 1)],
    ['a dtype that is an inherited property', file(entry('toString', [1], [0, 1]), 1)],
    ['a shape larger than the range', file(entry('F32', [2], [0, 4]), 4)],
    ['a shape that overflows', file(entry('U8', [2 ** 52, 2 ** 52], [0, 4]), 4)],
    ['a negative size', file(entry('F32', [-1], [0, 4]), 4)],
    ['a fractional size', file(entry('F32', [0.5, 2], [0, 4]), 4)],
    ['a shape that is a string', file(entry('F32', '1', [0, 4]), 4)],
    ['a range that runs backwards', file(entry('F32', [1], [4, 0]), 4)],
    ['a range past the end', file(entry('F32', [1], [4, 8]), 4)],
    ['three offsets', file(entry('F32', [1], [0, 4, 8]), 4)],
    ['a hole', file(entry('F32', [1], [4, 8]), 8)],
    ['a name of many lines', file(JSON.stringify({ ['a\n'.repeat(99)]: null }))],
    [
      'an overlap',
      file(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(FormatError);
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(
      /^readSafetensors: .*x\.safetensors[^\n]*$/,
    );
  });
});
