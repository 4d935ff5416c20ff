import { ArgumentError } from '../errors';
import { faceEdges } from './edges';
import { faces } from './faces/faces';
import { maze } from './maze/maze';
import { portraits } from './portraits/portraits';
import type { DataSource } from './source';
import { type GeneratedOptions, grid25, ring8, swissRoll } from './toy';

const BUILT_IN: Readonly<Record<string, (options: GeneratedOptions) => DataSource>> = {
  faces,
  portraits,
  'face-edges': faceEdges,
  maze,
  ring8,
  grid25,
  'swiss-roll': swissRoll,
};

/** Names of the data sets that need no file: each is generated from a seed. */
export const BUILT_IN_DATA: readonly string[] = Object.keys(BUILT_IN);

/**
 * A built-in data set by name.
 *
 * @throws {ArgumentError} if there is none of that name.
 */
export function builtInData(name: string, options: GeneratedOptions = {}): DataSource {
  const make = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (!make) throw new ArgumentError(`builtInData: name must be ${BUILT_IN_DATA.join(', ')}, got '${name}'`);
  return make(options);
}
