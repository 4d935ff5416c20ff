import { ArgumentError, DataError } from '../errors';
import { requireInteger } from '../util/require';
import { checkIndex } from './array';
import { Draws } from './draws';
import type { Column, DataSource } from './source';

export interface PairOptions {
  /** Partners that each example of the largest source meets before they repeat; default 64. */
  readonly partners?: number;
  /** Of the choice of partners; default 0. */
  readonly seed?: number;
}

/** Examples whose labels are read at once. */
const CHUNK = 256;

/** The name of each example's class: from the source's classes, or the label's number. */
function labelsOf(source: DataSource): string[] {
  const names: string[] = [];
  for (let from = 0; from < source.size; from += CHUNK) {
    const indices = Array.from({ length: Math.min(CHUNK, source.size - from) }, (_, i) => from + i);
    for (const label of source.read(indices).label!.data) {
      names.push(source.classes?.[label] ?? String(label));
    }
  }
  return names;
}

/** The column that goes into the pair: the one of that name, or the only one besides the label. */
function columnOf(key: string, source: DataSource): string {
  const { name, shapes } = source;
  if (!shapes.label) {
    throw new DataError(
      `pairByLabel: '${name}' must have labels, got columns ${Object.keys(shapes).join(', ')}`,
    );
  }
  if (shapes[key]) return key;
  const others = Object.keys(shapes).filter((column) => column !== 'label');
  if (others.length !== 1) {
    throw new DataError(
      `pairByLabel: '${name}' must have a column ${key} or one besides the label, got ${others.join(', ')}`,
    );
  }
  return others[0]!;
}

/**
 * Joins sources whose examples belong together only by their labels, such as images of digits and recordings of their
 * names: `pairByLabel({ x: images, sound: sounds })` has the columns `x`, `sound` and `label`. The examples are those
 * of the largest source, each `partners` times over, with examples of the others drawn at random from those of the
 * same label: which ones is a pure function of the seed and the example's number. Labels are compared by the names of
 * their classes, or their numbers where a source names none; the pair's are those of the first source with names.
 *
 * @throws {DataError} if a source has no labels, or a label of one is missing in another.
 * @throws {ArgumentError} if there is no source, or an option is out of range.
 */
export function pairByLabel<K extends string>(
  sources: Readonly<Record<K, DataSource>>,
  options: PairOptions = {},
): DataSource<K | 'label'> {
  const { partners = 64, seed = 0 } = options;
  requireInteger('pairByLabel', 'partners', partners);
  requireInteger('pairByLabel', 'seed', seed, 0);
  const entries = Object.entries<DataSource>(sources) as [K, DataSource][];
  if (entries.length === 0) throw new ArgumentError('pairByLabel: sources must be at least one, got none');
  const parts = entries.map(([key, source]) => {
    const column = columnOf(key, source);
    const labels = labelsOf(source);
    const members = new Map<string, number[]>();
    labels.forEach((label, index) => {
      const list = members.get(label);
      if (list) list.push(index);
      else members.set(label, [index]);
    });
    return { key, source, column, labels, members };
  });
  for (const { source, members } of parts) {
    for (const other of parts) {
      for (const label of members.keys()) {
        if (other.members.has(label)) continue;
        throw new DataError(
          `pairByLabel: labels of '${source.name}' must be in '${other.source.name}' too, got '${label}' without a partner; leave out its examples`,
        );
      }
    }
  }
  const largest = parts.reduce((most, part) => (part.source.size > most.source.size ? part : most));
  const named = parts.find((part) => part.source.classes)?.source;
  const numberOf = (label: string): number => named?.classes?.indexOf(label) ?? Number(label);
  const name = entries.map(([, source]) => source.name).join(' + ');
  const size = largest.source.size * partners;
  const shapes = Object.fromEntries(
    parts.map(({ key, source, column }) => [key, source.shapes[column]!]),
  ) as Record<K, DataSource['shapes'][string]>;
  return {
    name,
    size,
    shapes: { ...shapes, label: [] },
    classes: named?.classes,
    meanings: Object.fromEntries(
      parts.flatMap(({ key, source, column }) => {
        const meaning = source.meanings?.[column];
        return meaning ? [[key, meaning]] : [];
      }),
    ) as DataSource<K | 'label'>['meanings'],
    read(indices) {
      const chosen = parts.map(() => [] as number[]);
      const label = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i]!;
        checkIndex(name, index, size);
        const own = index % largest.source.size;
        const known = largest.labels[own]!;
        label[i] = numberOf(known);
        const draws = new Draws(seed, index);
        parts.forEach((part, p) => {
          const among = part.members.get(known)!;
          chosen[p]!.push(part === largest ? own : among[draws.below(among.length)]!);
        });
      }
      const columns = parts.map(({ key, source, column }, p): [string, Column] => [
        key,
        source.read(chosen[p]!)[column]!,
      ]);
      return Object.fromEntries([...columns, ['label', { data: label, shape: [] }]]) as Record<
        K | 'label',
        Column
      >;
    },
  };
}
