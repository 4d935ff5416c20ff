import {
  getBackend,
  keep,
  type Scalar,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { kallimaBackend } from '../backend/register';
import type { DataSource } from '../data/source';
import { CheckpointError } from '../errors';
import type { Batch, Game, Play } from '../games/game';
import { buildNetwork, type Network } from '../layers/network';
import { SeededRandom } from '../ops/random';
import type { RecordTime } from '../program/profile';
import type { ProgramReport } from '../program/program';
import { deriveSeed } from '../util/seed';
import { WeightAverage } from './average';
import { BatchStream } from './batches';
import { CapturedUpdate } from './captured';
import { networkTensors, type Position } from './checkpoint';
import { Optimizer } from './optimizers';
import { type CaptureOptions, mapValues, rateFactor, type Settings } from './options';

/**
 * Everything that training changes: networks, optimizers, the average, and the positions in the data and
 * in the noise. Plays one update at a time; knows nothing of time, reports and files.
 */
export class TrainState<B extends Batch, P extends string, N extends string> {
  readonly networks: Readonly<Record<N, Network>>;
  /** Averaged weights of the networks that draw samples; none where nothing is averaged. */
  readonly averages: ReadonlyMap<N, WeightAverage>;
  round = 0;
  turn = 0;
  sums: Record<P, number>;
  private readonly optimizers: Readonly<Record<P, Optimizer>>;
  private readonly noise: SeededRandom;
  private readonly batches: BatchStream;
  /** By player and variant. */
  private readonly updates = new Map<string, CapturedUpdate>();
  /** Who plays at each turn of a round. */
  private readonly schedule: readonly P[];

  /** Builds first weights from the seed, on the current backend. */
  constructor(
    private readonly game: Game<B, P, N>,
    readonly settings: Settings<P>,
    data: DataSource,
    private readonly options: CaptureOptions = {},
  ) {
    const { seed, batchSize, averaging } = settings;
    this.networks = mapValues(game.models, (model, name) => buildNetwork(model, name, seed));
    this.optimizers = mapValues(
      game.players,
      ({ owns }, name) => new Optimizer(settings.optimizers[name], parametersOf(this.networks, owns)),
    );
    this.averages = new Map(
      averaging === false
        ? []
        : game.samplers.map((name) => {
            const own = buildNetwork(game.models[name], name, seed);
            return [name, new WeightAverage(this.networks[name], own, averaging)];
          }),
    );
    this.noise = new SeededRandom(deriveSeed(seed, 'noise'));
    this.batches = new BatchStream(data, batchSize, deriveSeed(seed, 'data'), game.integers);
    this.schedule = (Object.keys(game.players) as P[]).flatMap((name) =>
      Array<P>(game.players[name].updates).fill(name),
    );
    this.sums = mapValues(game.players, () => 0);
  }

  /**
   * Plays the next update of the round: its player's networks learn, every other one stays as it is.
   *
   * @returns Whose update it was, and its loss, which the caller disposes of.
   * @throws {WorkerError} if a thread was lost. A replay has changed nothing then, and can be played again.
   */
  update(): { player: P; loss: Scalar } {
    const player = this.schedule[this.turn]!;
    const loss = this.captured(player)?.run(this.rate) ?? this.play(player);
    return this.ended(player, loss);
  }

  /** As {@link update}, with the times of its records where it is replayed. */
  profile(): { player: P; loss: Scalar; times: readonly RecordTime[] } {
    const player = this.schedule[this.turn]!;
    const profiled = this.captured(player)?.profile(this.rate);
    if (!profiled) return { ...this.update(), times: [] };
    return { ...this.ended(player, profiled.loss), times: profiled.times };
  }

  /** Whether the next update is a replay. */
  get replays(): boolean {
    return this.captured(this.schedule[this.turn]!)?.replays ?? false;
  }

  /** The programs that there are, by player (and variant, where a player has some). */
  get programs(): Readonly<Record<string, ProgramReport>> {
    const found = [...this.updates].flatMap(([key, { report }]) => (report ? [[key, report] as const] : []));
    return Object.fromEntries(found);
  }

  private get rate(): number {
    return rateFactor(this.settings.learningRateDecay, this.round);
  }

  private ended(player: P, loss: Scalar): { player: P; loss: Scalar } {
    for (const network of this.game.players[player].owns) this.averages.get(network)?.update();
    this.turn = (this.turn + 1) % this.schedule.length;
    if (this.turn === 0) this.round += 1;
    return { player, loss };
  }

  /** The player's captured update, or undefined where nothing is captured. */
  private captured(player: P): CapturedUpdate | undefined {
    const { capture } = this.options;
    if (capture === false) return undefined;
    const backend = kallimaBackend();
    if (!backend || getBackend() !== 'kallima') return undefined;
    const variant = this.game.players[player].variant?.(this.round) ?? '';
    const key = variant === '' ? player : `${player} ${variant}`;
    let captured = this.updates.get(key);
    if (!captured) {
      const update = {
        player,
        noise: this.noise,
        batches: this.batches,
        optimizer: this.optimizers[player],
        play: (onBatch: (batch: Batch) => void) => this.play(player, onBatch),
      };
      const without = typeof capture === 'object' ? (capture.without ?? []) : [];
      captured = new CapturedUpdate(backend, update, this.options.onWarning ?? console.warn, without);
      this.updates.set(key, captured);
    }
    return captured;
  }

  /** Plays an update op by op. @param onBatch is told of the batch when it is drawn. */
  private play(name: P, onBatch: (batch: Batch) => void = () => {}): Scalar {
    const player = this.game.players[name];
    const optimizer = this.optimizers[name];
    for (const key of Object.keys(this.networks) as N[]) {
      this.networks[key].frozen = !player.owns.includes(key);
    }
    const { batches } = this;
    let batch: Batch | undefined;
    const play: Play<B, N> = {
      networks: this.networks,
      batchSize: this.settings.batchSize,
      random: this.noise,
      get batch() {
        if (!batch) {
          batch = batches.next();
          // Outlives a tidy inside the loss.
          for (const column of Object.values(batch)) keep(column);
          onBatch(batch);
        }
        return batch as B;
      },
    };
    try {
      return tidy(() => {
        const { value, grads } = variableGrads(() => player.loss(play), [...optimizer.parameters.values()]);
        optimizer.update((parameter) => grads[parameter.name], this.rate);
        player.afterUpdate?.(this.networks);
        return value;
      });
    } finally {
      for (const column of Object.values(batch ?? {})) (column as Tensor).dispose();
    }
  }

  /** Updates of a player in each round. */
  updatesOf(player: P): number {
    return this.game.players[player].updates;
  }

  /** The averaged networks, with the running statistics of those that learn. */
  get averagedNetworks(): Readonly<Partial<Record<N, Network>>> {
    const networks: Partial<Record<N, Network>> = {};
    for (const [name, { network }] of this.averages) networks[name] = network;
    return networks;
  }

  /** Copies into the averages what is not learned; call before they are used or saved. */
  copyAveragedState(): void {
    for (const average of this.averages.values()) average.copyState();
  }

  /** Every tensor that a checkpoint holds, by its name there. */
  tensors(): Map<string, Variable> {
    const all = networkTensors(this.networks, this.averagedNetworks);
    for (const name of Object.keys(this.optimizers) as P[]) {
      for (const [path, slot] of this.optimizers[name].slots) all.set(`optimizers/${name}/${path}`, slot);
    }
    return all;
  }

  get position(): Position<P> {
    return {
      round: this.round,
      turn: this.turn,
      sums: { ...this.sums },
      drawn: this.batches.drawn,
      draws: this.noise.draw,
      steps: mapValues(this.optimizers, ({ step }) => step),
      averaged: Object.fromEntries([...this.averages].map(([name, { step }]) => [name, step])),
    };
  }

  /** @throws {CheckpointError} if the round's updates are fewer than have been played of it. */
  set position(position: Position<P>) {
    if (position.turn >= this.schedule.length) {
      throw new CheckpointError(
        `load: the round in progress must have updates left, got ${position.turn} played of ${this.schedule.length}; load it with the game that wrote it`,
      );
    }
    this.round = position.round;
    this.turn = position.turn;
    this.sums = { ...position.sums };
    this.batches.drawn = position.drawn;
    this.noise.draw = position.draws;
    for (const name of Object.keys(this.optimizers) as P[]) this.optimizers[name].step = position.steps[name];
    for (const [name, average] of this.averages) {
      average.step = position.averaged[name] ?? 0;
    }
  }

  dispose(): void {
    for (const update of this.updates.values()) update.dispose();
    for (const network of Object.values<Network>(this.networks)) network.dispose();
    for (const optimizer of Object.values<Optimizer>(this.optimizers)) optimizer.dispose();
    for (const average of this.averages.values()) average.dispose();
  }
}

/** The parameters of some networks as `<network>/<path>`. */
function parametersOf<N extends string>(
  networks: Readonly<Record<N, Network>>,
  names: readonly N[],
): ReadonlyMap<string, Variable> {
  const all = new Map<string, Variable>();
  for (const name of names) {
    for (const [path, parameter] of networks[name].parameters) all.set(`${name}/${path}`, parameter);
  }
  return all;
}
