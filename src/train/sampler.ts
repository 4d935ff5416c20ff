import type { Tensor } from '@tensorflow/tfjs-core';
import { type BackendChoice, type ChooseOptions, chooseBackend } from '../backend/choose';
import type { Column } from '../data/source';
import { ArgumentError, DisposedError } from '../errors';
import { type Exported, type ExportFormat, exportGenerator } from '../export/formats';
import { gameFromConfig } from '../games/from-config';
import type { Batch, Direction, Game } from '../games/game';
import type { LatentDirection } from '../latent/directions';
import type { Latent } from '../latent/latent';
import { buildNetwork, type Network } from '../layers/network';
import { readFileBytes } from '../util/files';
import { requireInteger } from '../util/require';
import type { Shape } from '../util/shape';
import { activate } from './active-backend';
import { type CheckpointHeader, networkTensors, readCheckpoint } from './checkpoint';
import type { DirectionsOptions } from './directions';
import { countOf, directionOf, imageColumn, readGiven } from './given';
import type { Inversion, InvertOptions } from './invert';
import { inversionOf, latentDirectionsOf, type Trained } from './latent-tools';
import { drawLatents, latentSpaceOf } from './latents';
import { type ExportOptions, mapValues, type SampleOptions } from './options';
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
    private readonly averages: Readonly<Record<string, Network>>,
    /** What the file says of its run: game, models, settings, round, data. */
    readonly header: CheckpointHeader,
    /** The backend in use, and why that one. */
    readonly backend: BackendChoice,
  ) {
    this.shape = networks[game.samplers[0]!]!.outputShape;
  }

  /** The ways to draw samples, the usual one first. */
  get directions(): Readonly<Record<string, Direction>> {
    return this.game.directions;
  }

  /**
   * Draws samples in inference mode; the same ones as the Trainer that wrote the file.
   *
   * @returns `[count, …shape]`: images in [−1, 1], points; for the caller to dispose of.
   * @throws {ArgumentError} if a number is out of range, or there are no averaged weights to use.
   */
  async sample(count: number, options: SampleOptions = {}): Promise<Tensor> {
    if (this.disposed) throw new DisposedError('sample: the sampler must not be disposed, got one that is');
    const { seed = this.header.settings.seed, averaged = this.averaged } = options;
    requireInteger('sample', 'count', count);
    requireInteger('sample', 'seed', seed, 0);
    const [name, direction] = directionOf(this.game, options.direction);
    const networks = withAverages('sample', this.networks, this.averages, averaged);
    await activate(this.backend);
    const given = await readGiven(this.game, direction, this.header.data, count, options.given);
    return drawSamples(this.game, networks, count, { direction: name, given, seed, latent: options.latent });
  }

  /**
   * The latent of a seed: the one that `sample(1, { seed })` starts from.
   *
   * @throws {UnsupportedError} if the game's samples do not come from normal or uniform latents.
   */
  latent(seed: number): Latent {
    return this.latents(1, seed)[0]!;
  }

  /** The latents that `sample(count, { seed })` starts from. */
  latents(count: number, seed = this.header.settings.seed): Latent[] {
    return drawLatents(latentSpaceOf('latents', this.game), count, seed);
  }

  /**
   * Directions of latents in which samples change most, for `latent.move`: of the generator's first layers by SeFa
   * or, with method `pca`, of what it makes of many latents, as GANSpace has it.
   *
   * @throws {UnsupportedError} if the game's samples do not come from latents.
   */
  async latentDirections(options: DirectionsOptions = {}): Promise<LatentDirection[]> {
    return latentDirectionsOf(await this.trained('latentDirections', options.averaged), options);
  }

  /**
   * Finds the latents whose samples are nearest to images, and tells how near they are. The generator stays as it is.
   *
   * @param images `[n, H, W, C]` or one `[H, W, C]`, pixels in [−1, 1]; or a column of bytes.
   * @throws {ShapeError} if they are not of the shape that the generator makes.
   * @throws {UnsupportedError} if the game's samples do not come from latents.
   */
  async invert(images: Tensor | Column, options: InvertOptions = {}): Promise<Inversion> {
    return inversionOf(await this.trained('invert', options.averaged), images, options, {
      capture: true,
      onWarning: console.warn,
      activate: () => activate(this.backend),
    });
  }

  /**
   * As {@link sample}, one sample for each image given.
   *
   * @param images `[n, H, W, C]`, pixels in [−1, 1]; or a column of bytes.
   * @throws {ArgumentError} if the game makes nothing from images.
   */
  async translate(images: Tensor | Column, options: SampleOptions = {}): Promise<Tensor> {
    const [, direction] = directionOf(this.game, options.direction);
    const column = imageColumn(this.game, direction, this.header.data);
    return this.sample(countOf(images), { ...options, given: { ...options.given, [column]: images } });
  }

  /**
   * The generator alone, as a file for other programs: what `sample` does in inference mode, for any number of samples,
   * from noise and what else is given. Noise that layers draw when sampling (a U-Net's dropout) is left out.
   *
   * @returns The bytes of the file, or several files.
   * @throws {ArgumentError} if the format or the direction is unknown, or there are no averaged weights to use.
   * @throws {UnsupportedError} if the generator does something that the format cannot hold.
   */
  async export<F extends ExportFormat>(format: F, options: ExportOptions = {}): Promise<Exported[F]> {
    if (this.disposed) throw new DisposedError('export: the sampler must not be disposed, got one that is');
    const { averaged = this.averaged, direction, ...weights } = options;
    const [name] = directionOf(this.game, direction, 'export');
    const networks = withAverages('export', this.networks, this.averages, averaged);
    const { shapes, meanings } = this.header.data;
    return exportGenerator(format, { game: this.game, networks, direction: name, shapes, meanings }, weights);
  }

  private async trained(caller: string, averaged = this.averaged): Promise<Trained<Batch, string, string>> {
    if (this.disposed)
      throw new DisposedError(`${caller}: the sampler must not be disposed, got one that is`);
    const networks = withAverages(caller, this.networks, this.averages, averaged);
    await activate(this.backend);
    return { game: this.game, networks, facts: this.header.data };
  }

  private get averaged(): boolean {
    return Object.keys(this.averages).length > 0;
  }

  /** Frees the weights; safe to call twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const network of [...Object.values(this.networks), ...Object.values(this.averages)])
      network.dispose();
  }
}

/**
 * The networks to sample with.
 *
 * @throws {ArgumentError} if averaged weights are asked for where there are none.
 */
export function withAverages<N extends string>(
  caller: string,
  networks: Readonly<Record<N, Network>>,
  averages: Readonly<Partial<Record<N, Network>>>,
  averaged: boolean,
): Readonly<Record<N, Network>> {
  if (!averaged) return networks;
  if (Object.keys(averages).length === 0) {
    throw new ArgumentError(
      `${caller}: averaged needs averaged weights, got a run made with averaging false`,
    );
  }
  return { ...networks, ...averages };
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
  const averages = Object.fromEntries(
    (averaging === false ? [] : game.samplers).map((name) => [
      name,
      buildNetwork(game.models[name]!, name, seed),
    ]),
  );
  const sampler = new Sampler(game, networks, averages, header, backend);
  try {
    restore(networkTensors(networks, averages), tensors, false);
    return sampler;
  } catch (error) {
    sampler.dispose();
    throw error;
  }
}
