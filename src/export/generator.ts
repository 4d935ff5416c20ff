import type { Meaning } from '../data/source';
import type { GeneratorInput, GeneratorMetadata, GeneratorOutput } from '../formats/generator-metadata';
import type { Game } from '../games/game';
import type { Network } from '../layers/network';
import { type Shape, sameShape } from '../util/shape';
import { type TracedColumn, traceGenerator } from './trace';
import type { TracedGraph, TracedInput, TracedTensor } from './traced-graph';

/** A generator that is to be exported. */
export interface Generator {
  readonly game: Pick<Game, 'kind' | 'sample' | 'samplers' | 'directions' | 'integers'>;
  readonly networks: Readonly<Record<string, Network>>;
  /** A key of the game's `directions`. */
  readonly direction: string;
  /** Of one example, by column of the data. */
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly meanings: Readonly<Record<string, Meaning>>;
}

/** A generator as every format takes it. */
export interface TracedGenerator {
  readonly generator: Generator;
  readonly graph: TracedGraph;
}

/** @throws {UnsupportedError} as {@link traceGenerator} does. */
export async function trace(generator: Generator): Promise<TracedGenerator> {
  const { game, networks, direction, shapes, meanings } = generator;
  const { given } = game.directions[direction]!;
  const columns = given.map((name): [string, TracedColumn] => {
    const whole =
      game.integers?.[name] !== undefined || ['class', 'words'].includes(meanings[name]?.kind ?? '');
    return [name, { shape: shapes[name]!, dtype: whole ? 'int32' : 'float32' }];
  });
  const graph = await traceGenerator({ game, networks, direction, columns: Object.fromEntries(columns) });
  return { generator, graph };
}

/** What images' pixels are in training. */
const PIXELS = [-1, 1] as const;

/**
 * What a generator's inputs and output mean.
 *
 * @param layout of images in the file.
 */
export function describe(
  { generator, graph }: TracedGenerator,
  layout: 'channelsFirst' | 'channelsLast',
): GeneratorMetadata {
  const { game, direction } = generator;
  const shapeOf = ({ shape }: TracedTensor): number[] => {
    const [, ...sizes] = shape;
    if (layout === 'channelsFirst' && sizes.length === 3) sizes.unshift(sizes.pop()!);
    return sizes;
  };
  const inputs = graph.inputs.map((input) => describeInput(input, shapeOf(input.tensor), generator));
  const shape = shapeOf(graph.output);
  const point = game.directions[direction]!.like === 'x' && sameShape(shape, [2]);
  const image = shape.length === 3;
  const kind = image ? 'image' : point ? 'points' : 'values';
  const name = inputs.some((input) => input.name === kind) ? 'sample' : kind;
  const output: GeneratorOutput = { name, kind, shape, ...(image && { range: PIXELS }) };
  return { version: 1, game: game.kind, direction, inputs, output };
}

function describeInput(
  { name, distribution }: TracedInput,
  shape: number[],
  { game, meanings }: Generator,
): GeneratorInput {
  if (distribution) return { name, kind: 'latent', shape, distribution };
  const meaning = meanings[name];
  const classes = game.integers?.[name];
  switch (meaning?.kind) {
    case 'class':
      return { name, kind: 'class', shape, classes: classes ?? meaning.names.length, names: meaning.names };
    case 'words':
      return { name, kind: 'words', shape, vocabulary: meaning.vocabulary };
    case 'sound': {
      const { kind, ...settings } = meaning;
      return { name, kind, shape, settings };
    }
  }
  if (classes !== undefined && shape.length === 0) return { name, kind: 'class', shape, classes };
  if (shape.length === 3) return { name, kind: 'image', shape, range: PIXELS };
  return { name, kind: 'values', shape };
}
