import type { Tensor } from '@tensorflow/tfjs-core';
import { type BackendChoice, type ChooseOptions, chooseBackend } from '../backend/choose';
import { ArgumentError, DisposedError } from '../errors';
import { gameFromConfig } from '../games/from-config';
import type { Game } from '../games/game';
import { buildNetwork, type Network } from '../layers/network';
import { readFileBytes } from '../util/files';
import { requireInteger } from '../util/require';
import type { Shape } from '../util/shape';
import { activate } from './active-backend';
import { type CheckpointHeader, networkTensors, readCheckpoint } from './checkpoint';
import { mapValues, type SampleOptions } from './options';
import { checkSameGame, restore } from './restore';
import { drawSamples } from './samples';

export interface SamplerOptions extends ChooseOptions {
  /** The game that wrote the file; needed only where its config cannot make it (a user's own functions). */
  readonly game?: Game;
}

/** Draws samples from a checkpoint: the game without its data and optimizers. */
export class Sampler {
  /** Of one sample, without the batch axis. */
  readonly shape: Shape;
  private disposed = false;

  /** Use {@link loadSampler}. */
  constructor(
    private readonly game: Game,
    private readonly networks: Readonly<Record<string, Network>>,
    private readonly average: Network | undefined,
    /** What the file says of its run: game, models, settings, round, data. */
    readonly header: CheckpointHeader,
    /** The backend in use, and why that one. */
    readonly backend: BackendChoice,
  ) {
    this.shape = networks[game.sampler]!.outputShape;
  }

  /**
   * Draws samples in inference mode; the same ones as the Trainer that wrote the file.
   *
   * @returns `[count, …shape]`: images in [−1, 1], points; for the caller to dispose of.
   * @throws {ArgumentError} if a number is out of range, or there are no averaged weights to use.
   */
  async sample(count: number, options: SampleOptions = {}): Promise<Tensor> {
    if (this.disposed) throw new DisposedError('sample: the sampler must not be disposed, got one that is');
    const { seed = this.header.settings.seed, averaged = this.average !== undefined } = options;
    requireInteger('sample', 'count', count);
    requireInteger('sample', 'seed', seed, 0);
    const networks = withAverage(this.game, this.networks, this.average, averaged);
    await activate(this.backend);
    return drawSamples(this.game, networks, count, seed);
  }

  /** Frees the weights; safe to call twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const network of Object.values(this.networks)) network.dispose();
    this.average?.dispose();
  }
}

/**
 * The networks to sample with.
 *
 * @throws {ArgumentError} if averaged weights are asked for where there are none.
 */
export function withAverage<N extends string>(
  { sampler }: { readonly sampler: N },
  networks: Readonly<Record<N, Network>>,
  average: Network | undefined,
  averaged: boolean,
): Readonly<Record<N, Network>> {
  if (!averaged) return networks;
  if (!average) {
    throw new ArgumentError('sample: averaged needs averaged weights, got a run made with averaging false');
  }
  return { ...networks, [sampler]: average };
}

/**
 * Opens a checkpoint for sampling. The file alone is enough: it says which game and models it holds.
 *
 * @param source a path, or a file's bytes.
 * @throws {FormatError} if it is not a whole safetensors file.
 * @throws {CheckpointError} if it is no checkpoint of kallima, or not of the game given.
 * @throws {ArgumentError} if its game or a layer is of an unknown kind.
 */
export async function loadSampler(
  source: string | Uint8Array,
  options: SamplerOptions = {},
): Promise<Sampler> {
  const path = typeof source === 'string' ? source : undefined;
  const bytes = typeof source === 'string' ? await readFileBytes(source) : source;
  const { header, tensors } = readCheckpoint(bytes, path);
  const game = options.game ?? gameFromConfig({ ...header.game.config, kind: header.game.kind });
  checkSameGame(header, game);
  const backend = await chooseBackend(options);

  const { seed, averaging } = header.settings;
  const networks = mapValues(game.models, (model, name) => buildNetwork(model, name, seed));
  const average =
    averaging === false ? undefined : buildNetwork(game.models[game.sampler]!, game.sampler, seed);
  const sampler = new Sampler(game, networks, average, header, backend);
  try {
    restore(networkTensors(game.sampler, networks, average), tensors, false);
    return sampler;
  } catch (error) {
    sampler.dispose();
    throw error;
  }
}
