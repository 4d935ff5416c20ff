import type { Tensor } from '@tensorflow/tfjs-core';
import { type BackendChoice, chooseBackend } from '../backend/choose';
import { kallimaBackend } from '../backend/register';
import type { Column } from '../data/source';
import { ArgumentError, DisposedError, DivergedError, UnsupportedError, WorkerError } from '../errors';
import { type Exported, type ExportFormat, exportGenerator } from '../export/formats';
import type { Batch, Game } from '../games/game';
import { installGradients } from '../gradients/index';
import type { LatentDirection } from '../latent/directions';
import type { Latent } from '../latent/latent';
import type { ProgramReport } from '../program/program';
import { yieldToEventLoop } from '../util/event-loop';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { requireInteger } from '../util/require';
import { activate } from './active-backend';
import { checkSource } from './batches';
import { describeData, readCheckpoint, writeCheckpoint } from './checkpoint';
import type { DirectionsOptions } from './directions';
import { countOf, directionOf, factsOf, imageColumn, readGiven } from './given';
import type { Inversion, InvertOptions } from './invert';
import { inversionOf, latentDirectionsOf, type Trained } from './latent-tools';
import { drawLatents, latentSpaceOf } from './latents';
import {
  checkDecay,
  type ExportOptions,
  mapValues,
  type ResumeOptions,
  type RunOptions,
  type SampleOptions,
  type Settings,
  settingsOf,
  type TrainerOptions,
  withRates,
} from './options';
import { Profile, type ProfiledUpdate } from './profile';
import { checkSameGame, restore } from './restore';
import { withAverages } from './sampler';
import { drawSamples } from './samples';
import { TrainState } from './state';

/** How training stands after a round. */
export interface Report<P extends string> {
  /** Whole rounds played since the first, runs before a resume included. */
  readonly round: number;
  /** How often the data has been gone through. */
  readonly epoch: number;
  /** Each player's loss, the mean of its updates in this round. */
  readonly losses: Readonly<Record<P, number>>;
  /** Spent playing in this run; what the caller does between reports does not count. */
  readonly seconds: number;
  /** Since the last report of this run. */
  readonly roundsPerSecond: number;
}

/** Longest that updates keep the event loop waiting between them. */
const SLICE_MS = 10;

/**
 * Plays a game: rounds in which each player in turn improves its networks against the others.
 *
 * A seed fixes everything: the same game, data, options and backend give the same weights to the bit,
 * whether the run is interrupted, saved and loaded in between, or not.
 *
 * @typeParam B what a batch of the game holds.
 * @typeParam P names of its players: the keys of a report's losses.
 * @typeParam N names of its networks.
 */
export class Trainer<B extends Batch, P extends string, N extends string> {
  private running = false;
  private disposed = false;
  private sliceEnd = 0;
  /** Ends when the last task that needs the state to itself has ended. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly game: Game<B, P, N>,
    private readonly state: TrainState<B, P, N>,
    private readonly options: ResumeOptions<B, P>,
    /** The backend in use, and why that one. */
    readonly backend: BackendChoice,
  ) {}

  /**
   * Builds the game's networks from the seed.
   *
   * @throws {ArgumentError} if an option is out of range.
   * @throws {DataError} if the data is empty, holds NaN, or does not fit the game's models.
   * @throws {UnsupportedError} if the backend asked for cannot run here.
   */
  static async create<B extends Batch, P extends string, N extends string>(
    game: Game<B, P, N>,
    options: TrainerOptions<NoInfer<B>, NoInfer<P>>,
  ): Promise<Trainer<B, P, N>> {
    return Trainer.start(game, settingsOf(game, options), options);
  }

  /**
   * Goes on from a file that `save` wrote. Options of training that are not given here are the file's.
   *
   * @throws {CheckpointError} if the file belongs to another game or model, saying what differs.
   * @throws {FormatError} if it is not a whole safetensors file.
   */
  static async load<B extends Batch, P extends string, N extends string>(
    path: string,
    game: Game<B, P, N>,
    options: ResumeOptions<NoInfer<B>, NoInfer<P>>,
  ): Promise<Trainer<B, P, N>> {
    return Trainer.fromBytes(await readFileBytes(path), game, options, path);
  }

  /** As {@link load}, from a file's bytes; `name` is for messages. */
  static async fromBytes<B extends Batch, P extends string, N extends string>(
    bytes: Uint8Array,
    game: Game<B, P, N>,
    options: ResumeOptions<NoInfer<B>, NoInfer<P>>,
    name?: string,
  ): Promise<Trainer<B, P, N>> {
    const { header, tensors } = readCheckpoint(bytes, name);
    checkSameGame(header, game);
    // The players' names have just been compared.
    const saved = header.settings as Settings<P>;
    checkDecay('Trainer.load', options.learningRateDecay);
    const settings = {
      ...saved,
      learningRateDecay: options.learningRateDecay ?? saved.learningRateDecay,
      optimizers: withRates(saved.optimizers, options.learningRates),
    };
    const trainer = await Trainer.start(game, settings, options);
    try {
      restore(trainer.state.tensors(), tensors);
      trainer.state.position = header.position as typeof trainer.state.position;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
    return trainer;
  }

  private static async start<B extends Batch, P extends string, N extends string>(
    game: Game<B, P, N>,
    settings: Settings<P>,
    options: ResumeOptions<B, P>,
  ): Promise<Trainer<B, P, N>> {
    installGradients();
    checkSource(options.data);
    game.checkData(options.data);
    const backend = await chooseBackend(options);
    return new Trainer(game, new TrainState(game, settings, options.data, options), options, backend);
  }

  /**
   * The programs that updates are replayed as, by player (`player variant` where its graph has variants); empty
   * before the first is captured.
   */
  get programs(): Readonly<Record<string, ProgramReport>> {
    return this.state.programs;
  }

  /** Whole rounds played so far. */
  get round(): number {
    return this.state.round;
  }

  /**
   * Plays rounds, with a report every now and then.
   *
   * The event loop has its turn at least every few updates. Breaking out of the loop, an abort and an error
   * all leave the state between two updates, from which another run goes on.
   *
   * @throws {ArgumentError} if a number is out of range, or another run is going on.
   * @throws {DivergedError} from the iterator, when a loss is NaN or infinite, naming player and round.
   */
  run(options: RunOptions): AsyncGenerator<Report<P>, void, undefined> {
    this.requireAlive('run');
    const { rounds, reportEvery = 1, signal } = options;
    requireInteger('run', 'rounds', rounds);
    requireInteger('run', 'reportEvery', reportEvery);
    return this.reports(rounds, reportEvery, signal);
  }

  private async *reports(rounds: number, reportEvery: number, signal: AbortSignal | undefined) {
    if (this.running) throw new ArgumentError('run: one run at a time, got a second; end the first');
    this.running = true;
    try {
      const last = this.round + rounds;
      let [seconds, reportedSeconds, reportedRound] = [0, 0, this.round];
      while (this.round < last && !signal?.aborted) {
        const start = performance.now();
        const losses = await this.exclusive('run', () => this.playRound(signal));
        seconds += (performance.now() - start) / 1000;
        if (!losses || (this.round % reportEvery !== 0 && this.round !== last)) continue;
        const roundsPerSecond = (this.round - reportedRound) / (seconds - reportedSeconds);
        [reportedSeconds, reportedRound] = [seconds, this.round];
        const epoch = this.state.position.drawn / this.options.data.size;
        yield { round: this.round, epoch, losses, seconds, roundsPerSecond };
      }
    } finally {
      this.running = false;
    }
  }

  /** Plays to the end of the round and gives its losses, or undefined if it was aborted before. */
  private async playRound(signal: AbortSignal | undefined): Promise<Record<P, number> | undefined> {
    const { state } = this;
    const pending: { player: P; loss: Tensor }[] = [];
    const { round } = this;
    try {
      do {
        await activate(this.backend);
        pending.push(await this.update());
        await this.breathe();
      } while (state.turn !== 0 && !signal?.aborted);
      // Read together at the end, so that a GPU is not waited for after each update.
      const values = await Promise.all(pending.map(({ loss }) => loss.data()));
      for (const [i, { player }] of pending.entries()) {
        const value = values[i]![0]!;
        if (!Number.isFinite(value)) {
          throw new DivergedError(
            `run: losses must stay finite, got ${value} for ${player} in round ${round + 1}; lower its learning rate and go on from a checkpoint`,
          );
        }
        state.sums[player] += value;
      }
      return state.turn === 0
        ? mapValues(state.sums, (sum, player) => sum / Math.max(1, state.updatesOf(player)))
        : undefined;
    } finally {
      for (const { loss } of pending) loss.dispose();
      if (state.turn === 0) state.sums = mapValues(state.sums, () => 0);
    }
  }

  /** Plays the next update; a replay that lost a thread has changed nothing, and is played again by those left. */
  private async update(): Promise<{ player: P; loss: Tensor }> {
    for (let lost = 0; ; lost++) {
      try {
        return this.state.update();
      } catch (error) {
        const backend = kallimaBackend();
        if (
          !(error instanceof WorkerError) ||
          !this.state.replays ||
          !backend ||
          lost >= this.backend.threads
        )
          throw error;
        await backend.recover();
        const { threads } = backend.report();
        (this.options.onWarning ?? console.warn)(
          `Trainer: a worker was lost (${error.message}); the update is played again, with ${threads} of ${this.backend.threads} threads`,
        );
      }
    }
  }

  /**
   * Plays one whole round, a round in progress first to its end, and tells where its time goes, record by record.
   * The round counts, and its results are those of any other.
   *
   * @throws {UnsupportedError} on another backend than `kallima`.
   */
  async profile(): Promise<Profile> {
    this.requireAlive('profile');
    const backend = kallimaBackend();
    if (!backend || this.backend.name !== 'kallima') {
      throw new UnsupportedError(`profile: the backend must be kallima, got ${this.backend.name}`);
    }
    return this.exclusive('profile', async () => {
      await activate(this.backend);
      const { state } = this;
      const updates: ProfiledUpdate[] = [];
      while (state.turn !== 0) state.update().loss.dispose();
      do {
        const start = performance.now();
        const { player, loss, times } = state.profile();
        updates.push({ player, ms: performance.now() - start, times });
        loss.dispose();
      } while (state.turn !== 0);
      state.sums = mapValues(state.sums, () => 0);
      return new Profile(updates, this.backend.threads, backend.peaks());
    });
  }

  /** Lets the event loop have its turn when it is due. */
  private async breathe(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await yieldToEventLoop();
    this.sliceEnd = performance.now() + SLICE_MS;
    this.requireAlive('run');
  }

  /**
   * Draws samples in inference mode; the first n of any count under a seed are the same.
   *
   * @returns `[count, …]`: images NHWC in [−1, 1], points `[count, 2]`; for the caller to dispose of.
   */
  async sample(count: number, options: SampleOptions = {}): Promise<Tensor> {
    requireInteger('sample', 'count', count);
    const { seed = this.state.settings.seed, averaged = this.state.averages.size > 0 } = options;
    requireInteger('sample', 'seed', seed, 0);
    const [name, direction] = directionOf(this.game, options.direction);
    const facts = factsOf(this.options.data);
    const networks = withAverages('sample', this.state.networks, this.state.averagedNetworks, averaged);
    return this.exclusive('sample', async () => {
      await activate(this.backend);
      const given = await readGiven(this.game, direction, facts, count, options.given);
      if (averaged) this.state.copyAveragedState();
      return drawSamples(this.game, networks, count, {
        direction: name,
        given,
        seed,
        latent: options.latent,
      });
    });
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
  latents(count: number, seed = this.state.settings.seed): Latent[] {
    return drawLatents(latentSpaceOf('latents', this.game), count, seed);
  }

  /**
   * Directions of latents in which samples change most, for `latent.move`: of the generator's first layers by SeFa
   * or, with method `pca`, of what it makes of many latents, as GANSpace has it.
   *
   * @throws {UnsupportedError} if the game's samples do not come from latents.
   */
  async latentDirections(options: DirectionsOptions = {}): Promise<LatentDirection[]> {
    return this.exclusive('latentDirections', async () =>
      latentDirectionsOf(await this.trained('latentDirections', options.averaged), options),
    );
  }

  /**
   * Finds the latents whose samples are nearest to images, and tells how near they are. The generator stays as it is.
   *
   * @param images `[n, H, W, C]` or one `[H, W, C]`, pixels in [−1, 1]; or a column of bytes.
   * @throws {ShapeError} if they are not of the shape that the generator makes.
   * @throws {UnsupportedError} if the game's samples do not come from latents.
   */
  async invert(images: Tensor | Column, options: InvertOptions = {}): Promise<Inversion> {
    return this.exclusive('invert', async () =>
      inversionOf(await this.trained('invert', options.averaged), images, options, {
        capture: this.options.capture !== false,
        onWarning: this.options.onWarning ?? console.warn,
        activate: () => activate(this.backend),
      }),
    );
  }

  /**
   * As {@link sample}, one sample for each image given.
   *
   * @param images `[n, H, W, C]`, pixels in [−1, 1]; or a column of bytes.
   * @throws {ArgumentError} if the game makes nothing from images.
   */
  async translate(images: Tensor | Column, options: SampleOptions = {}): Promise<Tensor> {
    const [, direction] = directionOf(this.game, options.direction);
    const column = imageColumn(this.game, direction, factsOf(this.options.data));
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
    const { averaged = this.state.averages.size > 0, direction, ...weights } = options;
    const [name] = directionOf(this.game, direction, 'export');
    const { shapes, meanings } = factsOf(this.options.data);
    const networks = withAverages('export', this.state.networks, this.state.averagedNetworks, averaged);
    return this.exclusive('export', async () => {
      await activate(this.backend);
      if (averaged) this.state.copyAveragedState();
      const { game } = this;
      return exportGenerator(format, { game, networks, direction: name, shapes, meanings }, weights);
    });
  }

  /**
   * Everything needed to go on to the bit, or to sample elsewhere, as the bytes of a safetensors file.
   * During a run it waits for the end of the round.
   */
  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.exclusive('save', async () => {
      await activate(this.backend);
      const { state } = this;
      state.copyAveragedState();
      return writeCheckpoint(
        this.game,
        state.settings,
        state.position,
        describeData(this.options.data),
        state.tensors(),
      );
    });
  }

  /**
   * Writes {@link toBytes} to a file, which is replaced whole or not at all.
   *
   * @throws {ArgumentError} if it cannot be written.
   */
  async save(path: string): Promise<void> {
    await writeFileAtomic(path, await this.toBytes());
  }

  /** Frees every tensor. Safe to call twice; anything else afterwards throws {@link DisposedError}. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.state.dispose();
  }

  /** What is sampled with, ready for use. */
  private async trained(caller: string, averaged = this.state.averages.size > 0): Promise<Trained<B, P, N>> {
    const { game, state } = this;
    const networks = withAverages(caller, state.networks, state.averagedNetworks, averaged);
    await activate(this.backend);
    if (averaged) state.copyAveragedState();
    return { game, networks, facts: factsOf(this.options.data) };
  }

  private requireAlive(caller: string): void {
    if (this.disposed)
      throw new DisposedError(`${caller}: the trainer must not be disposed, got one that is`);
  }

  /** Runs a task when no other one runs, so that nothing sees the state in the middle of a change. */
  private exclusive<T>(caller: string, task: () => Promise<T>): Promise<T> {
    const result = this.queue.then(() => {
      this.requireAlive(caller);
      return task();
    });
    this.queue = result.catch(() => undefined);
    return result;
  }
}
