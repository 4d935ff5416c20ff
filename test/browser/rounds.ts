import type { Batch, DataSource } from '../../src/index';
import {
  arrayData,
  type BackendName,
  dcgan,
  type Game,
  gan,
  mlp,
  type Report,
  ring8,
  Trainer,
  wganGp,
} from '../../src/index';
import type { ColumnsOf } from '../../src/train/batches';

/** What a few rounds gave: every loss, and the first samples. */
export interface Rounds {
  readonly losses: readonly number[];
  readonly samples: readonly number[];
}

async function play<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  data: DataSource<ColumnsOf<B>>,
  backend: BackendName,
): Promise<Rounds> {
  const trainer = await Trainer.create(game, { data, batchSize: 8, seed: 7, backend });
  const reports: Report<P>[] = [];
  for await (const report of trainer.run({ rounds: 3 })) reports.push(report);
  const samples = await trainer.sample(2);
  const values = [...(await samples.data())];
  samples.dispose();
  trainer.dispose();
  return { losses: reports.flatMap(({ losses }) => Object.values<number>(losses)), samples: values };
}

/** WGAN-GP on points: second-order gradients. */
export function playPoints(backend: BackendName): Promise<Rounds> {
  const generator = mlp({ inputs: 2, hidden: [32, 32], outputs: 2 });
  const critic = mlp({ inputs: 2, hidden: [32, 32], outputs: 1, activation: 'leakyRelu' });
  return play(wganGp({ generator, critic, penalty: 0.1, criticSteps: 2 }), ring8({ seed: 1 }), backend);
}

/** A DCGAN on small pictures: convolutions, both gradients, batch normalisation. */
export function playImages(backend: BackendName): Promise<Rounds> {
  const pixels = Uint8Array.from({ length: 64 * 28 * 28 }, (_, i) => (i * 37 + (i >> 5) * 11) & 255);
  const data = arrayData({ x: { data: pixels, shape: [28, 28, 1] } });
  return play(gan(dcgan({ size: 28, width: 4, latent: 16 })), data, backend);
}
