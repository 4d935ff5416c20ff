import {
  arrayData,
  type ExampleBatch,
  type Game,
  gan,
  type OptimizerOptions,
  Trainer,
  UnsupportedError,
  wganGp,
} from '../../src/index';
import { criticFlops, discriminatorFlops, generatorFlops } from '../flops';
import { shareOutsideKernels } from '../outside-kernels';
import { uniformValues } from './inputs';
import { DCGAN28, DCGAN64, dcgan28, dcgan64, MLP2D, mlp2d } from './networks';
import type { PreparedWorkload, PrepareOptions, Workload } from './workload';

/** One round of a game on one batch of random examples, which serves again and again. */
interface TrainingWork<P extends string, N extends string> {
  readonly name: string;
  readonly title: string;
  readonly batch: number;
  readonly flops: number;
  /** Of one example. */
  readonly shape: readonly number[];
  game(): Game<ExampleBatch, P, N>;
}

/** More rounds than any benchmark asks for. */
const ENDLESS = 2 ** 31;

function trainingWorkload<P extends string, N extends string>(work: TrainingWork<P, N>): Workload {
  const { name, title, batch, flops } = work;
  return {
    name,
    title,
    batch,
    flops,
    capturable: true,
    prepare: (options) => prepareTraining(work, options),
  };
}

async function prepareTraining<P extends string, N extends string>(
  { batch, shape, game }: TrainingWork<P, N>,
  { backend, threads, mode, withoutPasses }: PrepareOptions,
): Promise<PreparedWorkload> {
  const data = arrayData({ x: { data: uniformValues([batch, ...shape], 0), shape } });
  const trainer = await Trainer.create(game(), {
    data,
    batchSize: batch,
    seed: 1,
    averaging: false,
    backend,
    ...(backend === 'kallima' ? { threads } : {}),
    capture: mode === 'captured' && { without: withoutPasses },
    onWarning(message) {
      throw new UnsupportedError(message);
    },
  });
  // Each report reads its round's losses, so every update of the round is done by then.
  const reports = trainer.run({ rounds: ENDLESS });
  return {
    run: async () => {
      await reports.next();
    },
    outsideKernels:
      mode === 'captured'
        ? () =>
            shareOutsideKernels(async () => {
              const { updates, kernelMs } = await trainer.profile();
              if (updates.some(({ times }) => times.length === 0)) return undefined;
              return { kernelMs, ms: updates.reduce((sum, { ms }) => sum + ms, 0) };
            })
        : undefined,
    dispose() {
      void reports.return();
      trainer.dispose();
    },
  };
}

const ganFlops = ({ generator, opponent }: typeof DCGAN28, batch: number): number =>
  batch * (discriminatorFlops(generator, opponent) + generatorFlops(generator, opponent));

const WASSERSTEIN_ADAM: OptimizerOptions = { kind: 'adam', learningRate: 1e-4, beta1: 0.5, beta2: 0.9 };

/** Only the critic plays: a round is one update of it. */
function criticAlone(): Game<ExampleBatch, 'critic', 'critic' | 'generator'> {
  const { generator, critic } = dcgan28();
  const game = wganGp({ generator, critic, penalty: 10, criticSteps: 1, optimizer: WASSERSTEIN_ADAM });
  return { ...game, players: { critic: game.players.critic } };
}

const mlpWorkload = (name: string, batch: number): Workload =>
  trainingWorkload({
    name,
    title: 'WGAN-GP on points, one round',
    batch,
    flops:
      batch *
      (criticFlops(MLP2D.generator, MLP2D.opponent) + generatorFlops(MLP2D.generator, MLP2D.opponent)),
    shape: [2],
    game: () => wganGp({ ...mlp2d(), penalty: 0.1, criticSteps: 1, optimizer: WASSERSTEIN_ADAM }),
  });

/** The training rows: whole updates, from a batch and noise to changed weights. */
export const TRAINING_WORKLOADS: readonly Workload[] = [
  trainingWorkload({
    name: 'dcgan28',
    title: 'DCGAN on 28×28×1, one round',
    batch: 64,
    flops: ganFlops(DCGAN28, 64),
    shape: [28, 28, 1],
    game: () => gan(dcgan28()),
  }),
  trainingWorkload({
    name: 'wgan-gp28-critic',
    title: 'WGAN-GP on 28×28×1, one critic update',
    batch: 64,
    flops: 64 * criticFlops(DCGAN28.generator, DCGAN28.opponent),
    shape: [28, 28, 1],
    game: criticAlone,
  }),
  trainingWorkload({
    name: 'dcgan64',
    title: 'DCGAN on 64×64×3, one round',
    batch: 32,
    flops: ganFlops(DCGAN64, 32),
    shape: [64, 64, 3],
    game: () => gan(dcgan64()),
  }),
  mlpWorkload('mlp2d', 256),
  mlpWorkload('mlp2d-16', 16),
];
