import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { CheckpointError } from '../errors';
import type { SafetensorsFile } from '../formats/safetensors';
import type { Batch, Game } from '../games/game';
import type { Json, JsonObject } from '../util/json';
import { formatShape, sameShape } from '../util/shape';
import { brief, printable } from '../util/text';
import { type CheckpointHeader, describeModels } from './checkpoint';
import { mapValues } from './options';

/**
 * Refuses a checkpoint of another game or of other models.
 *
 * @throws {CheckpointError} naming the first difference.
 */
export function checkSameGame<B extends Batch, P extends string, N extends string>(
  header: CheckpointHeader,
  game: Game<B, P, N>,
): void {
  const theirs = {
    game: header.game.kind,
    samplers: header.samplers,
    players: mapValues(header.settings.optimizers, ({ kind }) => ({ optimizer: kind })),
    models: header.models,
  };
  const ours = {
    game: game.kind,
    samplers: game.samplers,
    players: mapValues(game.players, ({ optimizer }) => ({ optimizer: optimizer.kind })),
    models: describeModels(game),
  };
  const difference = firstDifference(theirs, ours);
  if (difference) {
    throw new CheckpointError(
      `load: the checkpoint must be of this game and model, got ${difference}; load it with the game that wrote it`,
    );
  }
}

/** Where two JSON values first differ, as `path a in the checkpoint and b here`. */
function firstDifference(theirs: Json | undefined, ours: Json | undefined, path = ''): string | undefined {
  if (isObject(theirs) && isObject(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      const found = firstDifference(theirs[key], ours[key], path ? `${path}.${key}` : key);
      if (found) return found;
    }
    return undefined;
  }
  if (theirs === ours) return undefined;
  return `${printable(path)} ${show(theirs)} in the checkpoint and ${show(ours)} here`;
}

const show = (value: Json | undefined): string => (value === undefined ? 'missing' : brief(value));

/** Lists too: their keys are their places. */
function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

/**
 * Puts a checkpoint's tensors into variables that exist.
 *
 * @param variables by the names that tensors have in the file.
 * @param all whether a tensor that no variable takes is refused.
 * @throws {CheckpointError} if a tensor is missing, left over, or of another shape; nothing is changed then.
 */
export function restore(
  variables: ReadonlyMap<string, Variable>,
  tensors: SafetensorsFile['tensors'],
  all = true,
): void {
  const found = [...variables].map(([name, weight]) => {
    const entry = tensors.get(name);
    if (!entry || !(entry.data instanceof Float32Array) || !sameShape(entry.shape, weight.shape)) {
      throw new CheckpointError(
        `load: the checkpoint must hold '${name}' as f32 ${formatShape(weight.shape)}, got ${entry ? formatShape(entry.shape) : 'none'}`,
      );
    }
    return { weight, data: entry.data };
  });
  if (all && tensors.size !== found.length) {
    const extra = [...tensors.keys()].find((name) => !variables.has(name));
    throw new CheckpointError(
      `load: every tensor must belong to the game, got ${brief(extra)} that does not`,
    );
  }
  for (const { weight, data } of found) tidy(() => weight.assign(tensor(data, weight.shape)));
}
