// Faces from captions. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import { conditional, conditionalDcgan, faces, Trainer, wordsCondition, writePng } from 'kallima';

const data = faces();
console.log(`e.g. "${data.caption(0)}", "${data.caption(1)}"`);
const { vocabulary, length } = data.meanings.words;
const condition = wordsCondition({ vocabulary: vocabulary.length, length });
const models = conditionalDcgan({
  size: 32,
  channels: 3,
  width: 24,
  condition,
  conditioning: { generator: 'batchNorm' },
  normalization: { discriminator: 'spectral' },
});
const game = conditional({ condition: 'words', ...models, objective: 'hinge' });
const learningRates = { discriminator: 4e-4, generator: 4e-4 };
const trainer = await Trainer.create(game, { data, batchSize: 32, seed: 7, learningRates });
const rounds = Number(process.env.ROUNDS ?? 5000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}

// The order of the phrases does not matter; what is not said is left to the noise.
const words = ['red eyes, blue hair', 'blue hair, red eyes', 'long pink hair and green eyes'];
const drawn = await trainer.sample(words.length, { given: { words } });
const pixels = Uint8Array.from(await drawn.data(), (value) => (value + 1) * 127.5);
await writeFile('words.png', writePng({ width: 32, height: 32 * words.length, channels: 3, data: pixels }));
trainer.dispose();
