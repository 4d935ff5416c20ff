import { DataError } from '../errors';
import type { ArrayFile } from '../formats/array';
import { readCsv } from '../formats/csv';
import type { Image } from '../formats/image';
import { formatShape, sizeOf } from '../util/shape';
import { arrayData } from './array';
import { checkMemory, convertImage, type ImageOptions } from './images';
import type { Column, DataSource } from './source';

/** Labels that go with an array, and what they are called. */
export interface Labels {
  readonly data: Int32Array;
  readonly classes?: readonly string[];
}

/** Largest distance from [−1, 1] that rounding may cause. */
const SLACK = 1e-3;

/** `[N, H, W]` and `[N, H, W, C]` of bytes, in the size and channels asked for. */
function imageColumn(
  data: Uint8Array,
  shape: readonly number[],
  name: string,
  options: ImageOptions,
): Column {
  const [count, height, width, channels = 1] = shape as [number, number, number, number?];
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      `openData: images of '${name}' must have 1 or 3 channels, last axis, got shape ${formatShape(shape)}`,
    );
  }
  const bytes = height * width * channels;
  const out: Image = convertImage({ width, height, channels, data: data.subarray(0, bytes) }, options);
  const outShape = [out.height, out.width, out.channels];
  if (formatShape(outShape) === formatShape([height, width, channels])) return { data, shape: outShape };
  checkMemory(name, count, out.data.length);
  const converted = new Uint8Array(count * out.data.length);
  for (let i = 0; i < count; i++) {
    const image: Image = { width, height, channels, data: data.subarray(i * bytes, (i + 1) * bytes) };
    converted.set(convertImage(image, options).data, i * out.data.length);
  }
  return { data: converted, shape: outShape };
}

/**
 * A source from an array file: bytes `[N, H, W]` or `[N, H, W, C]` are images; numbers `[N, D]` are points;
 * floats `[N, H, W, C]` are images in [−1, 1].
 *
 * @throws {DataError} if the array is empty, of another shape, or holds NaN or floats outside [−1, 1] as pixels.
 */
export function fromArray(file: ArrayFile, name: string, options: ImageOptions, labels?: Labels): DataSource {
  const { shape, data } = file;
  if (data.length === 0)
    throw new DataError(
      `openData: '${name}' must hold at least one example, got shape ${formatShape(shape)}`,
    );
  let x: Column;
  if (data instanceof Uint8Array && (shape.length === 3 || shape.length === 4)) {
    x = imageColumn(data, shape, name, options);
  } else if (data instanceof Float32Array && shape.length === 4) {
    if (options.size !== undefined || options.channels !== undefined) {
      throw new DataError(`openData: '${name}' must hold bytes to be resized, got floats; save it as uint8`);
    }
    const outside = data.findIndex((value) => Math.abs(value) > 1 + SLACK);
    if (outside >= 0) {
      throw new DataError(
        `openData: float images of '${name}' must lie in [-1, 1], got ${data[outside]}; scale them, or save them as uint8`,
      );
    }
    x = { data, shape: shape.slice(1) };
  } else if (shape.length === 2) {
    x = { data: data instanceof Float32Array ? data : Float32Array.from(data), shape: shape.slice(1) };
  } else {
    throw new DataError(
      `openData: '${name}' must be images [N,H,W] or [N,H,W,C] of uint8, or points [N,D], got shape ${formatShape(shape)}`,
    );
  }
  if (!labels) return arrayData({ x }, { name });
  return arrayData({ x, label: { data: labels.data, shape: [] } }, { name, classes: labels.classes });
}

/** How the lines of a CSV are taken. */
export interface CsvOptions {
  /** The column that is the label, by name or number (negative: from the end). Unless given, none is. */
  readonly labelColumn?: number | string;
  /** Each line is an image: its height, width and channels, e.g. `[8, 8, 1]`; a row of pixels after another. */
  readonly imageShape?: readonly [height: number, width: number, channels: number];
  /** Of an image's values: what is black and what is white; default 0 and 255. */
  readonly imageRange?: readonly [black: number, white: number];
}

/** Points from CSV, or images in [−1, 1]; a column can be set apart as the label. */
export function fromCsv(bytes: Uint8Array, name: string, options: CsvOptions = {}): DataSource {
  const { labelColumn } = options;
  const { header, rows, columns, data } = readCsv(bytes, name);
  if (labelColumn === undefined) return arrayData({ x: csvColumn(data, columns, name, options) }, { name });
  let at = typeof labelColumn === 'string' ? (header ?? []).indexOf(labelColumn) : labelColumn;
  if (typeof labelColumn === 'number' && at < 0) at += columns;
  if (!Number.isInteger(at) || at < 0 || at >= columns || columns < 2) {
    const known = header ? `one of ${header.join(', ')} or ` : '';
    throw new DataError(
      `openData: label column of '${name}' must be ${known}0 to ${columns - 1}, got '${labelColumn}'`,
    );
  }
  const x = new Float32Array(rows * (columns - 1));
  const label = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let c = 0, to = row * (columns - 1); c < columns; c++) {
      const value = data[row * columns + c]!;
      if (c !== at) x[to++] = value;
      else if (Number.isInteger(value)) label[row] = value;
      else
        throw new DataError(
          `openData: labels of '${name}' must be whole numbers, got ${value} in row ${row}`,
        );
    }
  }
  const column = csvColumn(x, columns - 1, name, options);
  return arrayData({ x: column, label: { data: label, shape: [] } }, { name });
}

/** Rows of numbers as points, or as images. */
function csvColumn(
  data: Float32Array,
  columns: number,
  name: string,
  { imageShape, imageRange = [0, 255] }: CsvOptions,
): Column {
  if (!imageShape) return { data, shape: [columns] };
  if (sizeOf(imageShape) !== columns) {
    throw new DataError(
      `openData: imageShape must fit the ${columns} values of a line of '${name}', got ${formatShape(imageShape)}; set the label apart with labelColumn`,
    );
  }
  const [black, white] = imageRange;
  if (!(Number.isFinite(black) && Number.isFinite(white) && black < white)) {
    throw new DataError(`openData: imageRange must rise from black to white, got ${black} to ${white}`);
  }
  const outside = data.findIndex((value) => value < black || value > white);
  if (outside >= 0) {
    throw new DataError(
      `openData: values of '${name}' must lie in ${black} to ${white}, got ${data[outside]} in row ${Math.floor(outside / columns)}; give imageRange`,
    );
  }
  const pixels = data.map((value) => (2 * (value - black)) / (white - black) - 1);
  return { data: pixels, shape: [...imageShape] };
}
