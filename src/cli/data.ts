import { stat } from 'node:fs/promises';
import {
  ArgumentError,
  BUILT_IN_DATA,
  builtInData,
  type DataSource,
  type GaussianModes,
  GRID25_MODES,
  openData,
  pairByLabel,
  pairedImages,
  RING8_MODES,
  unpaired,
} from '../index';
import { columnsOf } from './columns';
import type { GameName } from './recipe';

/** Where the data of a run comes from, as its config keeps it. */
export interface DataSettings {
  /** A built-in name or a path. */
  readonly source: string;
  readonly size?: number;
  readonly channels?: 1 | 3;
  readonly labelColumn?: number | string;
  readonly imageShape?: readonly [number, number, number];
  readonly imageRange?: readonly [number, number];
}

/** What a column's own source needs besides its path. */
type OneOptions = Omit<DataSettings, 'source'>;

/**
 * Opens what `--data` names: one source, or several by column.
 * - `a=…,b=…`: pairs of equal names for pix2pix, two domains for everything else.
 * - `x=…,words=…`: images and a table of their captions.
 * - `x=…,sound=…`: images and sounds of the same labels.
 *
 * @throws {ArgumentError} if the columns are others.
 */
export async function openSource({ source, ...options }: DataSettings, game?: GameName): Promise<DataSource> {
  const columns = columnsOf(source);
  if (!columns) return openOne(source, options);
  const names = Object.keys(columns).sort().join();
  const { a, b, x, words, sound } = columns;
  if (names === 'a,b') {
    if (game === 'pix2pix') return pairedImages(a!, b!, imageOptions(options));
    return unpaired({ a: await openOne(a!, options), b: await openOne(b!, options) });
  }
  if (names === 'words,x') {
    return openData(x!, {
      ...imageOptions(options),
      captions: words!,
      captionOptions: { uncaptioned: 'skip' },
    });
  }
  if (names === 'sound,x')
    return pairByLabel({ x: await openOne(x!, options), sound: await openData(sound!) });
  throw new ArgumentError(
    `train: --data must name one source, or a=…,b=… or x=…,words=… or x=…,sound=…, got columns ${Object.keys(columns).join(', ')}`,
  );
}

/** A file or folder of that name comes before the built-in data set only if it is written as a path. */
async function openOne(source: string, options: OneOptions): Promise<DataSource<'x'>> {
  const found = BUILT_IN_DATA.includes(source) ? builtInData(source) : await openData(source, options);
  return found as DataSource<'x'>;
}

function imageOptions({ size, channels }: OneOptions): Pick<OneOptions, 'size' | 'channels'> {
  return { size, channels };
}

/** The modes of a built-in mixture. */
export function modesOf(source: string): GaussianModes | undefined {
  return source === 'ring8' ? RING8_MODES : source === 'grid25' ? GRID25_MODES : undefined;
}

/** Whether there is anything at a path. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
