import { stat } from 'node:fs/promises';
import {
  BUILT_IN_DATA,
  builtInData,
  type DataSource,
  type GaussianModes,
  GRID25_MODES,
  openData,
  RING8_MODES,
} from '../index';

/** Where the data of a run comes from, as its config keeps it. */
export interface DataSettings {
  /** A built-in name or a path. */
  readonly source: string;
  readonly size?: number;
  readonly channels?: 1 | 3;
  readonly labelColumn?: number | string;
}

/** A file or folder of that name comes before the built-in data set only if it is written as a path. */
export async function openSource({ source, ...options }: DataSettings): Promise<DataSource<'x'>> {
  const found = BUILT_IN_DATA.includes(source) ? builtInData(source) : await openData(source, options);
  return found as DataSource<'x'>;
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
