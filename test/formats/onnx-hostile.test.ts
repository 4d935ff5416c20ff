import { describe, expect, it } from 'vitest';
import { FormatError, KallimaError, UnsupportedError, UnsupportedOpError } from '../../src/errors';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { MessageWriter } from '../../src/formats/onnx/protobuf-writer';
import { readOnnx } from '../../src/formats/onnx/read';
import { onnxNumbers } from '../../src/formats/onnx/values';
import { writeOnnx } from '../../src/formats/onnx/write';

const message = () => new MessageWriter();
const bytes = (text: string) => new TextEncoder().encode(text);

const NODE = 1;
const INITIALIZER = 5;
const INPUT = 11;
const OUTPUT = 12;

function node(op: string, inputs: string[], outputs: string[], attribute?: MessageWriter): MessageWriter {
  const result = message();
  for (const name of inputs) result.text(1, name);
  for (const name of outputs) result.text(2, name);
  result.text(4, op);
  return attribute ? result.message(5, attribute) : result;
}

function value(name: string, sizes: readonly number[] = [1], type = 1): MessageWriter {
  const shape = message();
  for (const size of sizes) shape.message(1, message().integer(1, size));
  return message()
    .text(1, name)
    .message(2, message().message(1, message().integer(1, type).message(2, shape)));
}

/** A model of these fields of its graph. */
function model(...fields: (readonly [field: number, content: MessageWriter])[]): Uint8Array<ArrayBuffer> {
  const graph = message();
  for (const [field, content] of fields) graph.message(field, content);
  return message().integer(1, 8).message(7, graph).message(8, message().integer(2, 17)).toBytes();
}

/** y = Relu(w), of this constant. */
const withConstant = (tensor: MessageWriter) =>
  model([NODE, node('Relu', ['w'], ['y'])], [INITIALIZER, tensor.text(8, 'w')], [OUTPUT, value('y')]);

/** y = Op(x), with this attribute. */
const withAttribute = (attribute: MessageWriter) =>
  model([NODE, node('Op', ['x'], ['y'], attribute.text(1, 'a'))], [INPUT, value('x')], [OUTPUT, value('y')]);

function refused(file: Uint8Array, kind: typeof KallimaError = FormatError): string {
  try {
    readOnnx(file);
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(/^readOnnx: [^\n]{1,300}$/);
    return (error as Error).message;
  }
  throw new Error('read, not refused');
}

const GOOD = withAttribute(message().integer(3, 2).integer(20, 2));

describe('what is no model', () => {
  it.each([
    ['an empty file', ''],
    ['an HTML page', '\n <!doctype html><html></html>'],
    ['an HTML page', '\ufeff<html>'],
    ['an XML document', '<?xml version="1.0"?><Error/>'],
    ['JSON', '{"error": "not found"}'],
    ['JSON', '[1]'],
    ['a zip file', 'PK\x03\x04....'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid'],
  ])('is told to be %s', (kind, text) => {
    expect(refused(bytes(text))).toContain(`got ${kind}`);
  });

  it('is refused, whatever else it is', () => {
    refused(bytes('hello'));
    refused(new Uint8Array(1000));
    refused(new Uint8Array(1000).fill(255));
    expect(refused(message().integer(1, 8).toBytes())).toContain('none of its graph');
  });

  it('is refused at whatever byte it ends', () => {
    expect(readOnnx(GOOD).nodes).toHaveLength(1);
    for (let length = 0; length < GOOD.length; length++) {
      // The last field is the version of the operators; without it there is none.
      refused(GOOD.subarray(0, length), KallimaError);
    }
  });
});

describe('lengths and wire types', () => {
  const lying = (length: number[]) => Uint8Array.of(0x3a, ...length);

  it('may not reach past the end, or overflow', () => {
    refused(lying([100, 0]));
    refused(lying([0xff, 0xff, 0xff, 0xff, 0x0f]));
    refused(lying([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]));
    refused(lying([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]));
  });

  it('may not take more than 64 bits', () => {
    refused(Uint8Array.of(8, ...new Array(9).fill(0xff), 2));
    refused(Uint8Array.of(8, ...new Array(11).fill(0x80), 0));
    refused(Uint8Array.of(8, 0x80));
  });

  it('must be those of the fields', () => {
    for (const wire of [0, 1, 3, 4, 5, 6, 7]) refused(Uint8Array.of(0x38 + wire, 1, 1, 1, 1, 1, 1, 1, 1));
    refused(withAttribute(message().bytes(2, new Uint8Array(3)).integer(20, 1)));
    refused(message().text(7, 'not a graph').toBytes());
  });

  it('of text must be UTF-8', () => {
    const name = message().bytes(1, Uint8Array.of(0xc3, 0x28));
    expect(refused(model([NODE, name]))).toContain('UTF-8');
  });

  it('of nested messages may be as deep as they like where nobody looks', () => {
    let deep = message().text(1, 'x');
    for (let level = 0; level < 2000; level++) deep = message().bytes(6, deep.toBytes());
    refused(withAttribute(deep.integer(20, 5)), UnsupportedOpError);
    // A type that is a sequence of sequences.
    let type = message();
    for (let level = 0; level < 2000; level++)
      type = message().bytes(4, message().bytes(1, type.toBytes()).toBytes());
    const input = message().text(1, 'x').message(2, type);
    expect(refused(model([INPUT, input]), UnsupportedError)).toContain('"x"');
  });

  it('of a message may not be millions', () => {
    expect(refused(Uint8Array.from({ length: 2 ** 22 }, (_, i) => (i % 2 ? 0 : 8)))).toContain('field');
  });
});

describe('a constant', () => {
  const sized = (...sizes: number[]) => {
    const tensor = message();
    for (const size of sizes) tensor.integer(1, size);
    return tensor;
  };

  it('must have the bytes that its shape needs, however many', () => {
    expect(refused(withConstant(sized(50_000, 50_000).integer(2, 1).bytes(9, new Uint8Array(16))))).toBe(
      'readOnnx: [50000,50000] of float32 must have 10000000000 bytes, got 16 for initializer "w"',
    );
    refused(withConstant(sized(2 ** 40, 2 ** 40, 2 ** 40, 2 ** 40).integer(2, 1)));
    refused(withConstant(sized(3).integer(2, 1).float(4, 1).float(4, 2)));
    refused(withConstant(sized().integer(2, 7)));
    refused(withConstant(sized(2).integer(2, 7).bytes(9, new Uint8Array(8))));
  });

  it('must have a shape that can be', () => {
    refused(withConstant(sized(-1).integer(2, 1)));
    refused(withConstant(sized(-1, -4).integer(2, 1).bytes(9, new Uint8Array(16))));
    refused(
      withConstant(
        sized(...new Array(9).fill(1))
          .integer(2, 1)
          .bytes(9, new Uint8Array(4)),
      ),
    );
  });

  it('must be in the file', () => {
    const location = message().text(1, 'location').text(2, '../../etc/passwd');
    const message1 = refused(withConstant(sized(1).integer(2, 1).message(13, location).integer(14, 1)));
    expect(message1).toBe(
      'readOnnx: weights must be in the same file, got external data for initializer "w"',
    );
    refused(withConstant(sized(1).integer(2, 1).integer(14, 1)));
  });

  it('must be of numbers', () => {
    for (const type of [0, 8, 14, 17, 22, 99, 2 ** 40])
      refused(withConstant(sized(0).integer(2, type)), UnsupportedError);
  });

  it('must stand where its type stands', () => {
    refused(withConstant(sized(1).integer(2, 1).integer(5, 1)));
    refused(withConstant(sized(1).integer(2, 7).integer(5, 1)));
  });

  it.each([
    ['floats', sized(2).integer(2, 1).float(4, 1.5).float(4, -2), [1.5, -2]],
    [
      'packed floats',
      sized(2)
        .integer(2, 1)
        .bytes(4, new Uint8Array(Float32Array.of(1.5, -2).buffer)),
      [1.5, -2],
    ],
    [
      'packed doubles',
      sized(2)
        .integer(2, 11)
        .bytes(10, new Uint8Array(Float64Array.of(1.5, -2).buffer)),
      [1.5, -2],
    ],
    [
      'int64',
      sized(2)
        .integer(2, 7)
        .integer(7, -3)
        .integer(7, 2 ** 40),
      [-3, 2 ** 40],
    ],
    [
      'packed int64',
      sized(3)
        .integer(2, 7)
        .bytes(7, Uint8Array.of(5, 0x80, 1, 7)),
      [5, 128, 7],
    ],
    ['int32', sized(2).integer(2, 6).integer(5, -3).integer(5, 9), [-3, 9]],
    ['int8', sized(2).integer(2, 3).integer(5, -3).integer(5, 9), [-3, 9]],
    ['bool', sized(2).integer(2, 9).integer(5, 1).integer(5, 0), [1, 0]],
    [
      'uint64',
      sized(1)
        .integer(2, 13)
        .integer(11, 2 ** 40),
      [2 ** 40],
    ],
    ['the bits of halves', sized(2).integer(2, 10).integer(5, 0x3c00).integer(5, 0xc000), [1, -2]],
    [
      'the end of the range',
      sized(1)
        .integer(2, 7)
        .bytes(7, Uint8Array.of(...new Array(8).fill(255), 127)),
      [2 ** 53 - 1],
    ],
  ] as const)('may be listed: %s', (_, tensor, numbers) => {
    expect(onnxNumbers(readOnnx(withConstant(tensor)).initializers.get('w')!)).toEqual(numbers);
  });
});

describe('an attribute', () => {
  const read = (attribute: MessageWriter) => readOnnx(withAttribute(attribute)).nodes[0]!.attributes.get('a');

  it('is read as what it says that it is', () => {
    expect(read(message().float(2, 0.5).integer(20, 1))).toBe(0.5);
    expect(read(message().integer(3, -2).integer(20, 2))).toBe(-2);
    expect(read(message().text(4, 'same').integer(20, 3))).toBe('same');
    expect(read(message().float(7, 1).float(7, 2).integer(20, 6))).toEqual([1, 2]);
    expect(
      read(
        message()
          .bytes(7, new Uint8Array(Float32Array.of(1, 2).buffer))
          .integer(20, 6),
      ),
    ).toEqual([1, 2]);
    expect(read(message().integer(8, 1).integer(8, 2).integer(20, 7))).toEqual([1, 2]);
    expect(read(message().bytes(8, Uint8Array.of(1, 2)).integer(20, 7))).toEqual([1, 2]);
    expect(read(message().text(9, 'x').integer(20, 8))).toEqual(['x']);
    expect(read(message().message(5, message().integer(2, 6).integer(5, 4)).integer(20, 4))).toMatchObject({
      type: 'int32',
      shape: [],
    });
  });

  it('is its default where it holds nothing', () => {
    expect(read(message().integer(20, 1))).toBe(0);
    expect(read(message().integer(20, 2))).toBe(0);
    expect(read(message().integer(20, 3))).toBe('');
    expect(read(message().integer(20, 7))).toEqual([]);
  });

  it('is known by its content where it says nothing', () => {
    expect(read(message().float(2, 0.5))).toBe(0.5);
    expect(read(message().integer(8, 3))).toEqual([3]);
  });

  it('must be what it says', () => {
    expect(refused(withAttribute(message().float(2, 1).integer(20, 2)))).toContain(`"a" of Op 'y'`);
    refused(withAttribute(message().float(2, 1).integer(3, 1)));
    refused(withAttribute(message().integer(20, 4)), KallimaError);
  });

  it('may not be a graph', () => {
    const error = refused(withAttribute(message().message(6, message()).integer(20, 5)), UnsupportedOpError);
    expect(error).toContain(`graph`);
    expect(error).toContain(`Op 'y'`);
    refused(withAttribute(message()), UnsupportedOpError);
  });
});

describe('a graph', () => {
  it('must not have a cycle, or nodes out of order', () => {
    const cycle = model(
      [NODE, node('Relu', ['b'], ['a'])],
      [NODE, node('Relu', ['a'], ['b'])],
      [OUTPUT, value('b')],
    );
    expect(refused(cycle)).toBe(
      `readOnnx: values must be made before they are read, without cycles, got "b" read too early by Relu 'a'`,
    );
    refused(model([NODE, node('Relu', ['a'], ['a'])], [OUTPUT, value('a')]));
  });

  it('must make what is read and given out', () => {
    expect(refused(model([NODE, node('Relu', ['nothing'], ['y'])], [OUTPUT, value('y')]))).toContain(
      '"nothing"',
    );
    expect(refused(model([INPUT, value('x')], [OUTPUT, value('y')]))).toContain('"y"');
    refused(model([INPUT, value('x')]));
    refused(model([INPUT, value('x')], [OUTPUT, value('')]));
  });

  it('must make each value once', () => {
    const relu = node('Relu', ['x'], ['y']);
    expect(refused(model([INPUT, value('x')], [NODE, relu], [NODE, relu], [OUTPUT, value('y')]))).toContain(
      '"y"',
    );
    refused(model([INPUT, value('x')], [INPUT, value('x')], [NODE, relu], [OUTPUT, value('y')]));
    const constant = () => message().integer(2, 1).integer(1, 0).text(8, 'w');
    refused(model([INITIALIZER, constant()], [INITIALIZER, constant()], [OUTPUT, value('w')]));
    refused(
      model(
        [INPUT, value('x')],
        [INITIALIZER, constant()],
        [NODE, node('Relu', ['x'], ['w'])],
        [OUTPUT, value('w')],
      ),
    );
  });

  it('may have absent inputs, and initializers among its inputs', () => {
    const constant = message().integer(2, 1).integer(1, 0).text(8, 'w');
    const read = readOnnx(
      model(
        [INPUT, value('x')],
        [INPUT, value('w')],
        [INITIALIZER, constant],
        [NODE, node('Op', ['x', '', 'w'], ['', 'y'])],
        [OUTPUT, value('y')],
      ),
    );
    expect(read.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(read.nodes[0]).toMatchObject({ inputs: ['x', '', 'w'], outputs: ['', 'y'] });
  });

  it('must have inputs of sizes that can be, and of numbers', () => {
    expect(refused(model([INPUT, value('x', [1, -3])], [OUTPUT, value('x')]))).toContain('"x"');
    refused(model([INPUT, value('x', [1], 8)], [OUTPUT, value('x')]), UnsupportedError);
    refused(model([INPUT, message().text(1, 'x')], [OUTPUT, value('x')]), UnsupportedError);
  });

  it('must have dense constants', () => {
    refused(model([15, message()], [INPUT, value('x')], [OUTPUT, value('x')]), UnsupportedError);
  });

  it('does not reach the prototypes of objects', () => {
    const pair = message().text(1, '__proto__').text(2, 'x');
    const graph = message().message(INPUT, value('constructor')).message(OUTPUT, value('constructor'));
    const { metadata, inputs } = readOnnx(
      message().message(7, graph).message(8, message().integer(2, 17)).message(14, pair).toBytes(),
    );
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
    expect(inputs[0]!.name).toBe('constructor');
  });
});

describe('an opset', () => {
  const withOpsets = (...sets: [string, number][]) => {
    const graph = message().message(INPUT, value('x')).message(OUTPUT, value('x'));
    const file = message().message(7, graph);
    for (const [domain, version] of sets) file.message(8, message().text(1, domain).integer(2, version));
    return file.toBytes();
  };

  it('must be 9 to 21', () => {
    for (const opset of [0, 8, 22, 2 ** 40, -1]) {
      expect(refused(withOpsets(['', opset]), UnsupportedError)).toContain('9 to 21');
    }
    refused(withOpsets(), UnsupportedError);
    refused(withOpsets(['com.microsoft', 12]), UnsupportedError);
    for (const opset of [9, 21]) expect(readOnnx(withOpsets(['', opset])).opset).toBe(opset);
  });

  it('may stand among those of other domains, under either name', () => {
    expect(readOnnx(withOpsets(['ai.onnx.ml', 2], ['ai.onnx', 13], ['com.microsoft', 1])).opset).toBe(13);
  });
});

describe('a written model', () => {
  it('is refused if a constant does not fit', () => {
    const graph = new OnnxBuilder();
    const name = graph.constant([1, 2]);
    const built = graph.output(name, [2]).build();
    const tensor = { ...built.initializers.get(name)!, shape: [3] };
    expect(() => writeOnnx({ ...built, initializers: new Map([[name, tensor]]) })).toThrow(
      /must fit its shape/,
    );
    expect(() => graph.constant([1, 2], [3])).toThrow(/must fit its values/);
  });
});
