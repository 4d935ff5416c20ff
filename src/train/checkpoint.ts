import type { Variable } from '@tensorflow/tfjs-core';
import { meaningsOf } from '../data/meaning';
import type { DataSource, Meaning } from '../data/source';
import { CheckpointError } from '../errors';
import { parseGeneratorMetadata } from '../formats/generator-metadata';
import {
  readSafetensors,
  type SafetensorsEntry,
  type SafetensorsFile,
  writeSafetensors,
} from '../formats/safetensors';
import type { Batch, Game } from '../games/game';
import { type ModelConfig, modelConfig } from '../layers/from-config';
import type { Network } from '../layers/network';
import type { JsonObject } from '../util/json';
import type { Shape } from '../util/shape';
import { brief } from '../util/text';
import { version } from '../version';
import { mapValues, type Settings } from './options';

/** Changes when files written by an older version can no longer be read. */
const FORMAT = 2;
/** The metadata key that holds the header, as JSON. */
const HEADER_KEY = 'kallima';

/** What a checkpoint says about its data. */
export interface DataDescription {
  readonly name: string;
  readonly size: number;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** How a person writes the values of its columns: names of classes, the vocabulary of words. */
  readonly meanings: Readonly<Record<string, Meaning>>;
}

/** Where a run stands, apart from its tensors: all integers but the sums. */
export interface Position<P extends string> {
  /** Whole rounds played. */
  readonly round: number;
  /** Updates played of the round in progress. */
  readonly turn: number;
  /** Sum of each player's losses over the round in progress. */
  readonly sums: Readonly<Record<P, number>>;
  /** Examples drawn from the data. */
  readonly drawn: number;
  /** Draws made from the noise. */
  readonly draws: number;
  /** Updates of each player's optimizer. */
  readonly steps: Readonly<Record<P, number>>;
  /** Updates of each average, by network. */
  readonly averaged: Readonly<Record<string, number>>;
}

/** All that a checkpoint holds besides tensors. */
export interface CheckpointHeader {
  readonly format: number;
  /** Of the kallima that wrote it. */
  readonly version: string;
  readonly game: { readonly kind: string; readonly config: JsonObject };
  /** Each network's layers and input shape. */
  readonly models: Readonly<Record<string, ModelConfig>>;
  readonly samplers: readonly string[];
  readonly settings: Settings<string>;
  readonly position: Position<string>;
  readonly data: DataDescription;
}

export interface Checkpoint {
  readonly header: CheckpointHeader;
  /** By name: `networks/<network>/<path>`, `averaged/…`, `optimizers/<player>/<network>/<path>/<slot>`. */
  readonly tensors: SafetensorsFile['tensors'];
}

export function describeData(data: DataSource): DataDescription {
  const { name, size, shapes } = data;
  return { name, size, shapes, meanings: meaningsOf(data) };
}

/** Models as plain data: two are the same network exactly when these are the same. */
export function describeModels<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
): Record<N, ModelConfig> {
  return mapValues(game.models, modelConfig);
}

/** A checkpoint's weights and running statistics, by their names there. */
export function networkTensors<N extends string>(
  networks: Readonly<Record<N, Network>>,
  averages: Readonly<Partial<Record<N, Network>>>,
): Map<string, Variable> {
  const all = new Map<string, Variable>();
  const add = (prefix: string, network: Network) => {
    for (const [path, weight] of [...network.parameters, ...network.state])
      all.set(`${prefix}/${path}`, weight);
  };
  for (const [name, network] of Object.entries<Network>(networks)) add(`networks/${name}`, network);
  for (const [name, network] of Object.entries<Network | undefined>(averages)) {
    if (network) add(`averaged/${name}`, network);
  }
  return all;
}

/** Writes a checkpoint: the same state gives the same bytes. */
export async function writeCheckpoint<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  settings: Settings<P>,
  position: Position<P>,
  data: DataDescription,
  variables: ReadonlyMap<string, Variable>,
): Promise<Uint8Array<ArrayBuffer>> {
  const header: CheckpointHeader = {
    format: FORMAT,
    version,
    game: { kind: game.kind, config: game.config },
    models: describeModels(game),
    samplers: game.samplers,
    settings,
    position,
    data,
  };
  const entries = [...variables].map(async ([name, weight]): Promise<[string, SafetensorsEntry]> => {
    return [name, { shape: weight.shape, data: await weight.data<'float32'>() }];
  });
  return writeSafetensors(await Promise.all(entries), [[HEADER_KEY, JSON.stringify(header)]]);
}

/**
 * Reads a checkpoint's header and tensors, without building anything.
 *
 * @param name of the file, for messages.
 * @throws {FormatError} if it is not a whole safetensors file.
 * @throws {CheckpointError} if kallima did not write it, or a later version did.
 */
export function readCheckpoint(bytes: Uint8Array, name = 'the file'): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const text = metadata.get(HEADER_KEY);
  if (text === undefined) {
    throw new CheckpointError(
      `readCheckpoint: ${name} must be a checkpoint of kallima, got a safetensors file of another program`,
    );
  }
  const header = parseHeader(text);
  if (!header && isGenerator(text)) {
    throw new CheckpointError(
      `readCheckpoint: ${name} must be a checkpoint of kallima, got a generator that was exported from one`,
    );
  }
  if (!header)
    throw new CheckpointError(`readCheckpoint: ${name} must hold a whole header, got a damaged one`);
  if (header.format !== FORMAT) {
    throw new CheckpointError(
      `readCheckpoint: ${name} must be of checkpoint format ${FORMAT}, got ${brief(header.format)} written by kallima ${brief(header.version)}; use that version`,
    );
  }
  return { header, tensors };
}

/** Whether what should be a header is what an exported generator has in its place. */
function isGenerator(text: string): boolean {
  try {
    return parseGeneratorMetadata(text) !== undefined;
  } catch {
    return false;
  }
}

/** The header, or undefined where a part is missing or of the wrong type. */
function parseHeader(text: string): CheckpointHeader | undefined {
  try {
    const header = JSON.parse(text) as CheckpointHeader;
    const { game, settings, position, data } = header;
    const whole = [settings.batchSize, settings.seed, position.round, position.turn];
    whole.push(
      position.drawn,
      position.draws,
      data.size,
      ...Object.values(position.steps),
      ...Object.values(position.averaged),
    );
    const decay = settings.learningRateDecay;
    if (decay) whole.push(decay.start, decay.end - decay.start - 1);
    const objects = [
      game.config,
      header.models,
      settings.optimizers,
      position.sums,
      data.shapes,
      data.meanings,
    ];
    const valid =
      whole.every((value) => Number.isSafeInteger(value) && value >= 0) &&
      objects.every((value) => typeof value === 'object' && value !== null) &&
      [header.version, game.kind, data.name, ...header.samplers].every(
        (value) => typeof value === 'string',
      ) &&
      Object.values(position.sums).every(Number.isFinite) &&
      Object.keys(settings.optimizers).every((name) => name in position.sums && name in position.steps) &&
      (settings.averaging === false || typeof settings.averaging === 'number');
    return valid ? header : undefined;
  } catch {
    return undefined;
  }
}
