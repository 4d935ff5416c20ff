import type { Tensor } from '@tensorflow/tfjs-core';
import type { Column, DataDescription, DataSource, Direction, Given, SampleOptions, Shape } from '../index';
import { meaningsOf } from '../index';
import { sizeOf } from '../util/shape';

/** Images (or points) in the order in which a picture shows them. */
export interface Gallery {
  /** `[count, …shape]` */
  readonly values: Float32Array;
  readonly count: number;
  readonly shape: Shape;
  /** Images in a row; undefined for a square. */
  readonly columns?: number;
}

/** What draws samples: a Trainer or a Sampler. */
export interface Drawer {
  sample(count: number, options: SampleOptions): Promise<Tensor>;
}

type Tile = { readonly values: Float32Array; readonly shape: Shape };

/** So many samples make a picture, about. */
export const IMAGES_DRAWN = 64;
export const POINTS_DRAWN = 2500;
const MOST_COLUMNS = 12;
const EXAMPLES = 8;

/**
 * What shows how far a run is. From noise alone: samples. From a class: a column a class; from words or sounds: a
 * row an example of the data. From an image: input | output | back (where a direction leads back) or | truth (where
 * the data has it), or the input and its version of every class.
 *
 * @param asked what to draw instead of what the data has, by column.
 */
export async function gallery(
  drawer: Drawer,
  directions: Readonly<Record<string, Direction>>,
  data: DataSource,
  asked: Readonly<Record<string, Given>> = {},
): Promise<Gallery> {
  const [first] = Object.values(directions);
  if (imageOf(first!, factsOf(data)) !== undefined) return translations(drawer, directions, data, asked);
  const like = data.shapes[first!.like]!;
  const free = like.length === 3 ? IMAGES_DRAWN : POINTS_DRAWN;
  const { count, columns, given } = conditions(first!, data, free, asked);
  return { values: await draw(drawer, count, { given }), count, shape: like, columns };
}

/** What a direction's columns are. */
type Facts = Pick<DataDescription, 'shapes' | 'meanings'>;

const factsOf = (data: DataSource): Facts => ({ shapes: data.shapes, meanings: meaningsOf(data) });

/** The column of a direction's input that is an image; a spectrogram is none. */
export function imageOf(direction: Direction, { shapes, meanings }: Facts): string | undefined {
  return direction.given.find((name) => shapes[name]?.length === 3 && meanings[name]?.kind !== 'sound');
}

/** What samples are drawn under when there is no image to start from. */
function conditions(
  direction: Direction,
  data: DataSource,
  free: number,
  asked: Readonly<Record<string, Given>>,
): { count: number; columns?: number; given?: Record<string, Given> } {
  const [name] = direction.given;
  if (name === undefined) return { count: free };
  if (asked[name] !== undefined) return { count: free, given: asked };
  const meaning = meaningsOf(data)[name];
  if (meaning?.kind === 'class' && meaning.names.length <= MOST_COLUMNS) {
    const columns = meaning.names.length;
    const rows = Math.max(1, Math.floor(free / columns));
    const labels = Array.from({ length: columns * rows }, (_, i) => i % columns);
    return { count: labels.length, columns, given: { [name]: labels } };
  }
  const rows = Array.from({ length: EXAMPLES ** 2 }, (_, i) => Math.floor(i / EXAMPLES) % data.size);
  return { count: rows.length, columns: EXAMPLES, given: { [name]: data.read(rows)[name]! } };
}

async function translations(
  drawer: Drawer,
  directions: Readonly<Record<string, Direction>>,
  data: DataSource,
  asked: Readonly<Record<string, Given>>,
): Promise<Gallery> {
  const examples = Math.min(EXAMPLES, data.size);
  const batch = data.read(Array.from({ length: examples }, (_, i) => i));
  const rows: Tile[][] = [];
  for (const [name, direction] of Object.entries(directions)) {
    const image = imageOf(direction, factsOf(data))!;
    rows.push(...rowsOfTiles(await stripsOf(drawer, name, direction, image, batch, data, asked), examples));
  }
  return layOut(rows);
}

/** A row of images for each example, from columns of `examples` images. */
export function rowsOf(columns: readonly Column[], examples: number): Gallery {
  return layOut(rowsOfTiles(columns.map(toFloats), examples));
}

function rowsOfTiles(columns: readonly Tile[], examples: number): Tile[][] {
  return Array.from({ length: examples }, (_, i) => columns.map((column) => tileOf(column, i, examples)));
}

/** For each example the images of its row: a list of columns of `examples` images. */
async function stripsOf(
  drawer: Drawer,
  name: string,
  direction: Direction,
  image: string,
  batch: Readonly<Record<string, Column>>,
  data: DataSource,
  asked: Readonly<Record<string, Given>>,
): Promise<Tile[]> {
  const examples = batch[image]!.data.length / sizeOf(batch[image]!.shape);
  const input = toFloats(batch[image]!);
  const outShape = data.shapes[direction.like]!;
  const label = direction.given.find((column) => column !== image);
  const meaning = label === undefined ? undefined : meaningsOf(data)[label];
  if (label !== undefined && meaning?.kind === 'class') {
    const strips = [input];
    const wanted = asked[label] === undefined ? [...meaning.names.keys()] : [asked[label]];
    for (const value of wanted) {
      const given = { [image]: batch[image]!, [label]: value };
      strips.push({ values: await draw(drawer, examples, { direction: name, given }), shape: outShape });
    }
    return strips;
  }
  const given = Object.fromEntries(direction.given.map((column) => [column, batch[column]!]));
  const output = { values: await draw(drawer, examples, { direction: name, given }), shape: outShape };
  if (direction.back !== undefined) {
    const again = {
      direction: direction.back,
      given: { [direction.like]: { data: output.values, shape: outShape } },
    };
    return [input, output, { values: await draw(drawer, examples, again), shape: input.shape }];
  }
  const paired = !data.unpaired && direction.like !== image;
  return paired ? [input, output, toFloats(batch[direction.like]!)] : [input, output];
}

async function draw(drawer: Drawer, count: number, options: SampleOptions): Promise<Float32Array> {
  const tensor = await drawer.sample(count, options);
  try {
    return Float32Array.from(await tensor.data<'float32'>());
  } finally {
    tensor.dispose();
  }
}

/** A column's values as they are batched: bytes in [−1, 1]. */
export function toFloats({ data, shape }: Column): Tile {
  const pixels = data instanceof Uint8Array ? (value: number) => value / 127.5 - 1 : (value: number) => value;
  return { values: Float32Array.from(data, pixels), shape };
}

/** One image of a column of several; of stacked frames the last. */
function tileOf({ values, shape }: Tile, index: number, examples: number): Tile {
  const size = values.length / examples;
  const image = values.subarray(index * size, (index + 1) * size);
  const [height, width, channels] = shape as [number, number, number];
  if (channels === 1 || channels === 3) return { values: image, shape };
  const kept = channels % 3 === 0 ? 3 : 1;
  return { values: lastChannels(image, channels, kept), shape: [height, width, kept] };
}

function lastChannels(values: Float32Array, channels: number, kept: number): Float32Array {
  const out = new Float32Array((values.length / channels) * kept);
  for (let i = 0; i < out.length; i++) {
    out[i] = values[Math.floor(i / kept) * channels + channels - kept + (i % kept)]!;
  }
  return out;
}

/** Rows side by side where they are short; grey among coloured images becomes coloured. */
function layOut(rows: readonly Tile[][]): Gallery {
  const tiles = rows.flat();
  const channels = Math.max(...tiles.map(({ shape }) => shape[2]!));
  const [height, width] = tiles[0]!.shape as [number, number];
  const shape = [height, width, channels];
  const size = sizeOf(shape);
  const values = new Float32Array(tiles.length * size);
  for (const [i, tile] of tiles.entries()) {
    const grey = tile.shape[2]! < channels;
    for (let at = 0; at < size; at++)
      values[i * size + at] = tile.values[grey ? Math.floor(at / channels) : at]!;
  }
  const each = rows[0]!.length;
  const beside = Math.min(rows.length, Math.max(1, Math.floor(MOST_COLUMNS / each)));
  return { values, count: tiles.length, shape, columns: each * beside };
}
