// The next frame of a maze in which a figure turns at random. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import { conditional, countFigures, maze, nextFrameModels, Trainer, writePng } from 'kallima';

const game = conditional({
  condition: 'past', // The frame before the last and the last one, three channels each.
  ...nextFrameModels({ frame: [16, 16, 3], past: 6 }),
  reconstruction: 40,
  diversity: 20,
  matching: false,
  optimizer: { kind: 'adam', learningRate: 7e-4, beta1: 0, beta2: 0.999 },
});
const trainer = await Trainer.create(game, { data: maze(), batchSize: 24, seed: 7, averaging: 0.995 });
const rounds = Number(process.env.ROUNDS ?? 6000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}

// Eight futures of one past in a maze that it has not seen.
const drawn = await trainer.sample(8, { given: { past: maze({ seed: 1 }).read([0]).past } });
const values = (await drawn.data()) as Float32Array;
console.log(`figures in the first: ${countFigures(values.subarray(0, 768))}`);
const data = Uint8Array.from(values, (value) => (value + 1) * 127.5);
await writeFile('next-frame.png', writePng({ width: 16, height: 8 * 16, channels: 3, data }));
trainer.dispose();
