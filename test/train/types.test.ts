import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import type { DataSource } from '../../src/data/source';
import { unpaired } from '../../src/data/unpaired';
import { conditional } from '../../src/games/conditional';
import { cycleGan } from '../../src/games/cycle-gan';
import type { BatchOf, ExampleBatch, Game, PlayersOf } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { pix2pix } from '../../src/games/pix2pix';
import { type StarGanGame, starGan } from '../../src/games/star-gan';
import { wganGp } from '../../src/games/wgan-gp';
import { mlp } from '../../src/models/mlp';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { starGanModels } from '../../src/models/star-gan';
import { unet } from '../../src/models/unet';
import type { ColumnsOf } from '../../src/train/batches';
import { Trainer } from '../../src/train/trainer';

// The compiler is the test: `tsc` fails on a line that expects an error and has none.

const generator = mlp({ inputs: 2, hidden: [2], outputs: 2 });
const scorer = mlp({ inputs: 2, hidden: [2], outputs: 1 });
const x = { data: new Float32Array(2), shape: [2] };
const plain = arrayData({ x });
const labelled = arrayData({ x, label: { data: new Int32Array(1), shape: [] } });
const worded = arrayData({ x, words: { data: new Int32Array(3), shape: [3] } });
const paired = arrayData({ a: x, b: x });

const translation = pix2pix({
  generator: unet({ size: 6, width: 1 }),
  discriminator: patchDiscriminator({ size: 6, width: 1, layers: 1, condition: { shape: [6, 6, 3] } }),
});

type Pairs = Readonly<Record<'a' | 'b', Tensor>>;
declare const pairGame: Game<Pairs, 'player', 'network'>;
declare const labelGame: Game<ExampleBatch & { readonly label: Tensor }, 'player', 'network'>;

const never = (_: () => unknown) => undefined;

describe('the types of Trainer', () => {
  it('name the losses of the game', () => {
    never(async () => {
      const trainer = await Trainer.create(wganGp({ generator, critic: scorer }), { data: plain });
      for await (const { losses } of trainer.run({ rounds: 1 })) {
        expectTypeOf(losses.critic).toEqualTypeOf<number>();
        expectTypeOf(losses).toEqualTypeOf<Readonly<Record<'critic' | 'generator', number>>>();
        // @ts-expect-error: wganGp has no discriminator
        losses.discriminator;
      }
      const other = await Trainer.create(gan({ generator, discriminator: scorer }), { data: plain });
      for await (const { losses } of other.run({ rounds: 1 })) {
        expectTypeOf(losses).toEqualTypeOf<Readonly<Record<'discriminator' | 'generator', number>>>();
      }
      const loaded = await Trainer.load('file', wganGp({ generator, critic: scorer }), { data: plain });
      expectTypeOf(loaded).toEqualTypeOf(trainer);
    });
  });

  it('name the players that have a learning rate', () => {
    const game = wganGp({ generator, critic: scorer });
    never(() => Trainer.create(game, { data: plain, learningRates: { critic: 1e-4 } }));
    // @ts-expect-error: wganGp has no discriminator
    never(() => Trainer.create(game, { data: plain, learningRates: { discriminator: 1e-4 } }));
  });

  it('want the columns of the game and allow more', () => {
    const game = wganGp({ generator, critic: scorer });
    never(() => Trainer.create(game, { data: plain }));
    never(() => Trainer.create(game, { data: labelled }));
    // @ts-expect-error: pairs have no x
    never(() => Trainer.create(game, { data: paired }));
    never(() => Trainer.create(labelGame, { data: labelled }));
    // @ts-expect-error: no labels
    never(() => Trainer.create(labelGame, { data: plain }));
    never(() => Trainer.create(pairGame, { data: paired }));
    // @ts-expect-error: no pairs
    never(() => Trainer.create(pairGame, { data: labelled }));
    // @ts-expect-error: data is needed
    never(() => Trainer.create(game, {}));
    never(() => Trainer.create(translation, { data: paired }));
    // @ts-expect-error: pix2pix wants pairs a and b
    never(() => Trainer.create(translation, { data: plain }));
    // @ts-expect-error: a class is no second image
    never(() => Trainer.create(translation, { data: labelled }));
  });

  it('want two domains where a game translates both ways', () => {
    const judges = { discriminatorA: scorer, discriminatorB: scorer };
    const game = cycleGan({ generatorAB: generator, generatorBA: generator, ...judges });
    never(() => Trainer.create(game, { data: unpaired({ a: plain, b: labelled }) }));
    // Pairs have both columns; that they belong together is not used.
    never(() => Trainer.create(game, { data: paired }));
    // @ts-expect-error: one domain
    never(() => Trainer.create(game, { data: plain }));
    // @ts-expect-error: the second domain is no image
    never(() => unpaired({ a: plain, b: arrayData({ label: x }) }));
    never(async () => {
      const trainer = await Trainer.create(game, { data: paired });
      for await (const { losses } of trainer.run({ rounds: 1 })) {
        expectTypeOf(losses).toEqualTypeOf<Readonly<Record<'generators' | 'discriminators', number>>>();
      }
    });
  });

  it('want the column of the condition', () => {
    const condition = { shape: [2] };
    const models = {
      generator: { ...generator, condition },
      discriminator: { ...scorer, condition },
    };
    const game = conditional(models);
    never(() => Trainer.create(game, { data: labelled }));
    // @ts-expect-error: no labels
    never(() => Trainer.create(game, { data: plain }));
    const said = conditional({ ...models, condition: 'words' });
    never(() => Trainer.create(said, { data: worded }));
    // @ts-expect-error: no words
    never(() => Trainer.create(said, { data: labelled }));
    expectTypeOf<ColumnsOf<BatchOf<typeof said>>>().toEqualTypeOf<'x' | 'words'>();
  });

  it('want images and their domains', () => {
    const game = starGan(starGanModels({ size: 4, domains: 2, width: 1 }));
    never(() => Trainer.create(game, { data: labelled }));
    // @ts-expect-error: no domains
    never(() => Trainer.create(game, { data: plain }));
    // @ts-expect-error: pairs are no domains
    never(() => Trainer.create(game, { data: paired }));
    expectTypeOf<PlayersOf<StarGanGame>>().toEqualTypeOf<'critic' | 'generator'>();
    expectTypeOf<ColumnsOf<BatchOf<StarGanGame>>>().toEqualTypeOf<'x' | 'label'>();
  });

  it('find the columns of a batch beside its index signature', () => {
    expectTypeOf<ColumnsOf<ExampleBatch>>().toEqualTypeOf<'x'>();
    expectTypeOf<ColumnsOf<Pairs>>().toEqualTypeOf<'a' | 'b'>();
    expectTypeOf<DataSource<'x' | 'label'>>().toExtend<DataSource<'x'>>();
  });

  it('know the backends', () => {
    const game = wganGp({ generator, critic: scorer });
    never(() => Trainer.create(game, { data: plain, backend: 'kallima' }));
    // @ts-expect-error: no such backend
    never(() => Trainer.create(game, { data: plain, backend: 'cuda' }));
  });
});
