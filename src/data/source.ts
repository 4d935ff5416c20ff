import type { Shape } from '../util/shape';
import type { SoundMeaning } from './sound/log-mel';
import type { WordsMeaning } from './words/vocabulary';

/** One column of a raw batch; uint8 pixels become floats in [−1, 1] (`v / 127.5 − 1`) only when they are batched. */
export interface Column {
  readonly data: Float32Array | Uint8Array | Int32Array;
  /** Of one example, without the batch axis; `[]` for a label. */
  readonly shape: Shape;
}

/** How a person writes a column's value; plain data, which checkpoints keep. */
export type Meaning =
  /** One of some names; the value is its number. */
  | { readonly kind: 'class'; readonly names: readonly string[] }
  /** Words of a vocabulary. */
  | WordsMeaning
  /** A picture. */
  | { readonly kind: 'image' }
  /** The path of a WAV file. */
  | SoundMeaning;

/**
 * Examples by index. Columns are named as the game's batch names them: `x`, and `label` where there is one.
 *
 * @typeParam K names of the columns.
 */
export interface DataSource<K extends string = string> {
  /** For messages and the log, e.g. the file's path or `faces`. */
  readonly name: string;
  /** Number of examples, ≥ 1. */
  readonly size: number;
  /** Shape of one example, by column. */
  readonly shapes: Readonly<Record<K, Shape>>;
  /** Names of the label's classes, where the source has labels. */
  readonly classes?: readonly string[];
  /** How a person writes the values of columns that condition a generator. */
  readonly meanings?: Readonly<Partial<Record<K, Meaning>>>;
  /** Whether an example's columns come from examples that have nothing to do with each other. */
  readonly unpaired?: boolean;
  /** Of an unpaired source: the source whose `x` is the column; each is drawn in an order of its own. */
  readonly parts?: Readonly<Record<K, DataSource>>;
  /** The examples at `indices`, in order: column `data` holds `indices.length` examples. */
  read(indices: ArrayLike<number>): Readonly<Record<K, Column>>;
}
