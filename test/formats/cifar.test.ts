import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readCifar10 } from '../../src/formats/cifar';

const RECORD = 3073;

describe('readCifar10', () => {
  it('turns planes into pixels', () => {
    const bytes = new Uint8Array(2 * RECORD);
    bytes[0] = 3;
    bytes[RECORD] = 9;
    bytes.set([11, 22], 1);
    bytes.set([33, 44], 1 + 1024);
    bytes.set([55, 66], 1 + 2048);
    const { images, labels } = readCifar10(bytes);
    expect(labels).toEqual(Int32Array.of(3, 9));
    expect(images.length).toBe(2 * 3072);
    expect([...images.subarray(0, 6)]).toEqual([11, 33, 55, 22, 44, 66]);
  });

  it.each([
    [
      new Uint8Array(0),
      "readCifar10: 'x.bin' must hold records of 3073 bytes, got 0 bytes; the file is cut short or not CIFAR-10",
    ],
    [
      new Uint8Array(RECORD + 5),
      "readCifar10: 'x.bin' must hold records of 3073 bytes, got 3078 bytes; the file is cut short or not CIFAR-10",
    ],
    [
      new Uint8Array(RECORD).fill(77),
      "readCifar10: 'x.bin' must have labels from 0 to 9, got 77 in record 0; it is not CIFAR-10",
    ],
  ])('refuses other data', (bytes, message) => {
    expect(() => readCifar10(bytes, 'x.bin')).toThrow(new FormatError(message));
  });
});
