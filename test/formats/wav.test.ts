import { describe, expect, it } from 'vitest';
import { ArgumentError, FormatError } from '../../src/errors';
import { readWav, writeWav } from '../../src/formats/wav';
import { survivesMutations } from './mutate';

interface Parts {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly extension?: readonly number[];
  readonly before?: readonly (readonly [id: string, bytes: readonly number[]])[];
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const chunk = (id: string, bytes: readonly number[]): number[] => [
  ...ascii(id),
  ...little(bytes.length, 4),
  ...bytes,
  ...(bytes.length % 2 ? [0] : []),
];

/** A file by hand. */
function wav(data: readonly number[], parts: Parts = {}): Uint8Array {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, extension = [], before = [] } = parts;
  const frame = (channels * bits) / 8;
  const format = [
    ...little(tag, 2),
    ...little(channels, 2),
    ...little(rate, 4),
    ...little(rate * frame, 4),
    ...little(frame, 2),
    ...little(bits, 2),
    ...extension,
  ];
  const body = [
    ...ascii('WAVE'),
    ...chunk('fmt ', format),
    ...before.flatMap(([id, bytes]) => chunk(id, bytes)),
    ...chunk('data', data),
  ];
  return Uint8Array.from([...ascii('RIFF'), ...little(body.length, 4), ...body]);
}

const bytesOf = (values: ArrayBufferView): number[] => [...new Uint8Array(values.buffer)];
/** WAVE_FORMAT_EXTENSIBLE: its size, valid bits, speakers and the sub-format that stands for a tag. */
const extensible = (tag: number, bits: number): number[] => [
  ...little(22, 2),
  ...little(bits, 2),
  ...little(4, 4),
  ...little(tag, 2),
  ...[0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71],
];

describe('wav', () => {
  it.each([
    ['8 bits', wav([128, 255, 0], { bits: 8 }), [0, 127 / 128, -1]],
    ['16 bits', wav(bytesOf(Int16Array.of(0, 16384, -32768))), [0, 0.5, -1]],
    ['24 bits', wav([0, 0, 0x40, 1, 0, 0, 0, 0, 0x80], { bits: 24 }), [0.5, 2 ** -23, -1]],
    ['32 bits', wav(bytesOf(Int32Array.of(2 ** 30, -(2 ** 31))), { bits: 32 }), [0.5, -1]],
    ['floats', wav(bytesOf(Float32Array.of(0.25, -1.5)), { tag: 3, bits: 32 }), [0.25, -1.5]],
    [
      'an extensible format of integers',
      wav(bytesOf(Int16Array.of(8192)), { tag: 0xfffe, extension: extensible(1, 16) }),
      [0.25],
    ],
    [
      'an extensible format of floats',
      wav(bytesOf(Float32Array.of(0.125)), { tag: 0xfffe, bits: 32, extension: extensible(3, 32) }),
      [0.125],
    ],
  ])('reads %s', (_, file, samples) => {
    expect(readWav(file)).toEqual({ rate: 8000, samples: Float32Array.from(samples) });
  });

  it('makes several channels one, their mean', () => {
    const stereo = wav(bytesOf(Int16Array.of(8192, 16384, 0, -16384)), { channels: 2, rate: 44_100 });
    expect(readWav(stereo)).toEqual({ rate: 44_100, samples: Float32Array.of(0.375, -0.25) });
    const three = wav([128, 128, 224], { channels: 3, bits: 8 });
    expect(readWav(three).samples).toEqual(Float32Array.of(0.25));
  });

  it('passes over other chunks, those of odd length too', () => {
    const file = wav(bytesOf(Int16Array.of(16384)), {
      before: [
        ['LIST', [1, 2, 3]],
        ['fact', [0, 0, 0, 0]],
      ],
    });
    expect(readWav(file).samples).toEqual(Float32Array.of(0.5));
    const after = Uint8Array.from([...file, ...chunk('id3 ', [1])]);
    expect(readWav(after).samples).toEqual(Float32Array.of(0.5));
  });

  it('reads a view into a larger buffer', () => {
    const file = wav(bytesOf(Int16Array.of(16384)));
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 5);
    expect(readWav(larger.subarray(5, 5 + file.length)).samples).toEqual(Float32Array.of(0.5));
  });

  it('reads back what it wrote, to 16 bits, clipped', () => {
    const samples = Float32Array.of(0, 0.1, -0.9, 1, -3);
    const back = readWav(writeWav({ rate: 16_000, samples }));
    expect(back.rate).toBe(16_000);
    back.samples.forEach((value, i) => {
      const clipped = Math.max(-1, Math.min(1 - 2 ** -15, samples[i]!));
      expect(Math.abs(value - clipped)).toBeLessThanOrEqual(2 ** -16);
    });
  });

  const whole = wav(bytesOf(Int16Array.of(1, 2, 3, 4)));
  it.each([
    ['of another format', Uint8Array.of(1, 2), 'must start with RIFF and WAVE, got other bytes'],
    [
      'cut short in its samples',
      whole.subarray(0, whole.length - 3),
      "must hold 8 bytes in its chunk 'data', got 5; the file is cut short",
    ],
    [
      'cut short before them',
      whole.subarray(0, 36),
      "must have a chunk 'data', got none; the file is cut short",
    ],
    [
      'that is compressed',
      wav([1, 2], { tag: 0x55, bits: 0 }),
      'must be PCM (format 1) of 8, 16, 24 or 32 bits or float (format 3) of 32, got format 85 of 0 bits; convert it',
    ],
    [
      'of 64-bit floats',
      wav(bytesOf(Float64Array.of(1)), { tag: 3, bits: 64 }),
      'must be PCM (format 1) of 8, 16, 24 or 32 bits or float (format 3) of 32, got format 3 of 64 bits; convert it',
    ],
    ['without channels', wav([], { channels: 0 }), 'must have 1 to 64 channels, got 0'],
    ['of no rate', wav([0, 0], { rate: 0 }), 'must have 1000 to 1000000 samples a second, got 0'],
    [
      'without samples',
      wav([]),
      'must hold whole frames of 2 bytes and at least one, got 0 bytes of samples',
    ],
    [
      'with half a frame',
      wav([1, 2, 3, 4, 5, 6], { channels: 2 }),
      'must hold whole frames of 4 bytes and at least one, got 6 bytes of samples',
    ],
    [
      'with NaN',
      wav(bytesOf(Float32Array.of(0, Number.NaN)), { tag: 3, bits: 32 }),
      'must hold finite samples, got NaN in frame 1',
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => readWav(bytes, 'x.wav')).toThrow(new FormatError(`readWav: 'x.wav' ${message}`));
  });

  it('refuses samples before the format', () => {
    const file = Uint8Array.from([
      ...ascii('RIFF'),
      ...little(0, 4),
      ...ascii('WAVE'),
      ...chunk('data', [1, 2]),
    ]);
    expect(() => readWav(file, 'x.wav')).toThrow(/must have its chunk 'fmt ' before its samples, got none/);
  });

  it('refuses to write what is no sound', () => {
    const samples = Float32Array.of(0);
    expect(() => writeWav({ rate: 0, samples })).toThrow(ArgumentError);
    expect(() => writeWav({ rate: 8000, samples: new Float32Array(0) })).toThrow(/at least one, got none/);
    expect(() => writeWav({ rate: 8000, samples: Float32Array.of(Number.NaN) })).toThrow(/got NaN/);
  });

  it('never does anything else with a damaged file', () => {
    const stereo = wav(bytesOf(Float32Array.from({ length: 40 }, Math.sin)), {
      tag: 0xfffe,
      bits: 32,
      channels: 2,
      extension: extensible(3, 32),
      before: [['LIST', [1, 2, 3]]],
    });
    survivesMutations(stereo, 4000, (bytes) => readWav(bytes, 'file'));
    survivesMutations(whole, 4000, (bytes) => readWav(bytes, 'file'));
  });
});
