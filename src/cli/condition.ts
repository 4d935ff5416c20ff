import {
  ArgumentError,
  type DataDescription,
  type DataSource,
  type Direction,
  type Game,
  type Given,
  meaningsOf,
} from '../index';

/**
 * What `--condition` says, as the column that it is about: the direction's only one that is no image.
 *
 * @throws {ArgumentError} if nothing but an image conditions the game.
 */
export function conditionOf(
  command: string,
  direction: Direction,
  { shapes, meanings }: Pick<DataDescription, 'shapes' | 'meanings'>,
  text: string | undefined,
): Readonly<Record<string, Given>> | undefined {
  if (text === undefined) return undefined;
  const name = direction.given.find(
    (column) => shapes[column]?.length !== 3 || meanings[column]?.kind === 'sound',
  );
  if (name !== undefined) return { [name]: text };
  const needs = direction.given.length > 0 ? `an image (${direction.given.join(', ')})` : 'nothing';
  throw new ArgumentError(
    `${command}: --condition must be left out, got '${text}'; this generator takes ${needs}`,
  );
}

/** What the pictures of a run are to show, as columns of its game's usual direction. */
export function askedFor(
  { game }: { readonly game: Pick<Game, 'directions'> },
  data: DataSource,
  text: string | undefined,
): Readonly<Record<string, Given>> | undefined {
  const [direction] = Object.values(game.directions);
  return conditionOf('train', direction!, { shapes: data.shapes, meanings: meaningsOf(data) }, text);
}
