import { FormatError } from '../errors';

const SIDE = 32;
const PLANE = SIDE * SIDE;
/** One label, then the red, green and blue planes. */
export const CIFAR_RECORD = 1 + 3 * PLANE;

export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/**
 * Reads a batch of CIFAR-10's binary version.
 *
 * @param name for messages.
 * @returns `images` as `[N, 32, 32, 3]` bytes, `labels` `[N]` in 0 to 9.
 * @throws {FormatError} if the length is not a multiple of 3073 bytes or a label is above 9.
 * @see https://www.cs.toronto.edu/~kriz/cifar.html
 */
export function readCifar10(
  bytes: Uint8Array,
  name = 'cifar data',
): { images: Uint8Array; labels: Int32Array } {
  const count = bytes.length / CIFAR_RECORD;
  if (count === 0 || !Number.isInteger(count)) {
    throw new FormatError(
      `readCifar10: '${name}' must hold records of ${CIFAR_RECORD} bytes, got ${bytes.length} bytes; the file is cut short or not CIFAR-10`,
    );
  }
  const images = new Uint8Array(count * 3 * PLANE);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const record = n * CIFAR_RECORD;
    labels[n] = bytes[record]!;
    if (labels[n]! >= CIFAR10_CLASSES.length) {
      throw new FormatError(
        `readCifar10: '${name}' must have labels from 0 to 9, got ${labels[n]} in record ${n}; it is not CIFAR-10`,
      );
    }
    for (let i = 0; i < PLANE; i++) {
      for (let c = 0; c < 3; c++) images[(n * PLANE + i) * 3 + c] = bytes[record + 1 + c * PLANE + i]!;
    }
  }
  return { images, labels };
}
