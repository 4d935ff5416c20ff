import { ArgumentError, DataError } from '../../errors';
import { readWav } from '../../formats/wav';
import { printable } from '../../util/text';
import { arrayData } from '../array';
import { checkMemory, type FileEntry, folderClasses } from '../images';
import type { DataSource } from '../source';
import { type SoundAugmentation, soundVariants } from './augment';
import { type LogMelOptions, logMel, type SoundMeaning, soundMeaning } from './log-mel';

/** How sounds are read, and which variants of them are made. */
export interface SoundOptions extends LogMelOptions {
  /** None unless given. */
  readonly augment?: SoundAugmentation;
}

const SOUND_NAME = /\.wav$/i;
const BYTES_PER_VALUE = 4;

/** Entries whose names say WAV, in the order of their paths; hidden files are left out. */
export function soundEntries(entries: readonly FileEntry[]): FileEntry[] {
  return entries
    .filter(
      ({ path }) =>
        SOUND_NAME.test(path) && !path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'),
    )
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Sub-folders, or what stands before the first `_` of the files' names where every one has it. */
function classesOf(paths: readonly string[]): { classes: string[]; labels: Int32Array } | undefined {
  const folders = folderClasses(paths);
  if (folders) return folders;
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  if (names.some((name) => !name.slice(1).includes('_'))) return undefined;
  const prefixes = names.map((name) => name.slice(0, name.indexOf('_', 1)));
  const classes = [...new Set(prefixes)].sort();
  return { classes, labels: Int32Array.from(prefixes, (prefix) => classes.indexOf(prefix)) };
}

/**
 * Reads WAV files into a column `sound` of log-mel spectrograms, `[frames, mels, 1]` in [−1, 1] (see {@link logMel}).
 * Any rate and number of channels will do: sounds are made mono and resampled. The `label` is the sub-folder, or what
 * stands before the first `_` of a file's name (`7_jackson_3.wav` is a `7`). With `augment`, variants follow the
 * sounds themselves, `copies` times all of them.
 *
 * @param name of the folder or zip, for messages.
 * @throws {DataError} if there is no WAV file.
 * @throws {FormatError} naming the file that cannot be read.
 * @throws {ArgumentError} if an option is out of range.
 */
export async function soundData(
  entries: readonly FileEntry[],
  name: string,
  options: SoundOptions = {},
): Promise<DataSource> {
  const { augment } = options;
  const meaning = soundMeaning(options);
  const vary = augment && soundVariants(augment);
  const copies = augment?.copies ?? 0;
  const files = soundEntries(entries);
  if (files.length === 0) {
    throw new DataError(`soundData: '${name}' must hold WAV files, got ${entries.length} files and none`);
  }
  const { frames, mels } = meaning;
  const size = frames * mels;
  checkMemory(name, files.length * (1 + copies), size * BYTES_PER_VALUE);
  const features = logMel(meaning);
  const data = new Float32Array(files.length * (1 + copies) * size);
  for (let i = 0; i < files.length; i++) {
    const sound = readWav(await files[i]!.read(), `${name}/${printable(files[i]!.path)}`);
    data.set(features(sound), i * size);
    for (let copy = 0; copy < copies; copy++) {
      data.set(features(vary!(sound, i, copy)), ((copy + 1) * files.length + i) * size);
    }
  }
  const sound = { data, shape: [frames, mels, 1] };
  const meanings = { sound: meaning };
  const found = classesOf(files.map(({ path }) => path));
  if (!found) return { ...arrayData({ sound }, { name }), meanings };
  const label = new Int32Array(files.length * (1 + copies));
  for (let i = 0; i < label.length; i++) label[i] = found.labels[i % files.length]!;
  return {
    ...arrayData({ sound, label: { data: label, shape: [] } }, { name, classes: found.classes }),
    meanings,
  };
}

/**
 * Reads one sound as a column of this meaning has it.
 *
 * @param bytes of a WAV file.
 * @param name for messages.
 * @returns `frames × mels` values.
 * @throws {FormatError} if it is no WAV file, or damaged.
 */
export function readSound(meaning: SoundMeaning, bytes: Uint8Array, name = 'sound'): Float32Array {
  const { kind, ...options } = meaning;
  if (kind !== 'sound') throw new ArgumentError(`readSound: meaning must be of a sound, got ${String(kind)}`);
  return logMel(soundMeaning(options))(readWav(bytes, name));
}
