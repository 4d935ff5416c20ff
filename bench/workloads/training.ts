import {
  arrayData,
  type Batch,
  type Column,
  type ColumnsOf,
  conditional,
  cycleGan,
  type DataSource,
  type ExampleBatch,
  type Game,
  gan,
  type OptimizerOptions,
  Trainer,
  UnsupportedError,
  unpaired,
  wganGp,
} from '../../src/index';
import { criticFlops, cycleGanFlops, discriminatorFlops, generatorFlops } from '../flops';
import { shareOutsideKernels } from '../outside-kernels';
import { uniformValues } from './inputs';
import {
  CLASSES,
  CONDITIONAL28,
  CYCLEGAN64,
  conditionalDcgan28,
  DCGAN28,
  DCGAN64,
  dcgan28,
  dcgan64,
  MLP2D,
  mlp2d,
  patchJudge64,
  translator64,
} from './networks';
import type { PreparedWorkload, PrepareOptions, Workload } from './workload';

/** One round of a game on one batch of random examples, which serves again and again. */
interface TrainingWork<B extends Batch, P extends string, N extends string> {
  readonly name: string;
  readonly title: string;
  readonly batch: number;
  readonly flops: number;
  /** One batch. */
  data(): DataSource<ColumnsOf<B>>;
  game(): Game<B, P, N>;
}

/** More rounds than any benchmark asks for. */
const ENDLESS = 2 ** 31;

function trainingWorkload<B extends Batch, P extends string, N extends string>(
  work: TrainingWork<B, P, N>,
): Workload {
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

async function prepareTraining<B extends Batch, P extends string, N extends string>(
  { batch, data, game }: TrainingWork<B, P, N>,
  { backend, threads, mode, withoutPasses }: PrepareOptions,
): Promise<PreparedWorkload> {
  const trainer = await Trainer.create(game(), {
    data: data(),
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

/** Column number `draw` of a batch of random examples. */
const uniformColumn = (batch: number, shape: readonly number[], draw = 0): Column => ({
  data: uniformValues([batch, ...shape], draw),
  shape,
});

/** A batch of random examples. */
const examples = (batch: number, shape: readonly number[]) => () =>
  arrayData({ x: uniformColumn(batch, shape) });

const ganFlops = ({ generator, opponent }: typeof DCGAN28, batch: number): number =>
  batch * (discriminatorFlops(generator, opponent) + generatorFlops(generator, opponent));

/**
 * Real examples are judged twice, under their own class and under another. The generator's first layer takes what it
 * learns about the classes, so its input needs a gradient too.
 */
const conditionalFlops = ({ generator, opponent }: typeof CONDITIONAL28, batch: number): number =>
  batch * (discriminatorFlops(generator, opponent, 3) + generatorFlops(generator, opponent) + generator[0]!);

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
    data: examples(batch, [2]),
    game: () => wganGp({ ...mlp2d(), penalty: 0.1, criticSteps: 1, optimizer: WASSERSTEIN_ADAM }),
  });

/** The training rows: whole updates, from a batch and noise to changed weights. */
export const TRAINING_WORKLOADS: readonly Workload[] = [
  trainingWorkload({
    name: 'dcgan28',
    title: 'DCGAN on 28×28×1, one round',
    batch: 64,
    flops: ganFlops(DCGAN28, 64),
    data: examples(64, [28, 28, 1]),
    game: () => gan(dcgan28()),
  }),
  trainingWorkload({
    name: 'wgan-gp28-critic',
    title: 'WGAN-GP on 28×28×1, one critic update',
    batch: 64,
    flops: 64 * criticFlops(DCGAN28.generator, DCGAN28.opponent),
    data: examples(64, [28, 28, 1]),
    game: criticAlone,
  }),
  trainingWorkload({
    name: 'conditional28',
    title: 'conditional DCGAN on 28×28×1, one round',
    batch: 64,
    flops: conditionalFlops(CONDITIONAL28, 64),
    data: () =>
      arrayData({
        x: uniformColumn(64, [28, 28, 1]),
        label: { data: Int32Array.from({ length: 64 }, (_, i) => i % CLASSES), shape: [] },
      }),
    game: () => conditional(conditionalDcgan28()),
  }),
  trainingWorkload({
    name: 'dcgan64',
    title: 'DCGAN on 64×64×3, one round',
    batch: 32,
    flops: ganFlops(DCGAN64, 32),
    data: examples(32, [64, 64, 3]),
    game: () => gan(dcgan64()),
  }),
  trainingWorkload({
    name: 'cyclegan64',
    title: 'CycleGAN on 64×64×3, one round',
    batch: 1,
    flops: cycleGanFlops(CYCLEGAN64.generator, CYCLEGAN64.opponent),
    data: () =>
      unpaired({
        a: arrayData({ x: uniformColumn(1, [64, 64, 3], 0) }),
        b: arrayData({ x: uniformColumn(1, [64, 64, 3], 1) }),
      }),
    game: () =>
      cycleGan({
        generatorAB: translator64(),
        generatorBA: translator64(),
        discriminatorA: patchJudge64(),
        discriminatorB: patchJudge64(),
        pool: 0,
      }),
  }),
  mlpWorkload('mlp2d', 256),
  mlpWorkload('mlp2d-16', 16),
];
