// From training to a page: train, export, open the file without TF.js, and walk through what it draws.
import { writeFile } from 'node:fs/promises';
import { dcgan, faces, gan, Trainer } from 'kallima';
import { loadGenerator } from 'kallima/generator';
import { toAnimatedPng, walk } from 'kallima/latent';

const game = gan(dcgan({ size: 32, channels: 3, width: 24 }));
const trainer = await Trainer.create(game, { data: faces(), batchSize: 32, seed: 7 });
const rounds = Number(process.env.ROUNDS ?? 2000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}
await writeFile('faces.onnx', await trainer.export('onnx', { half: true }));
trainer.dispose();

// From here on nothing of what trained is needed; in a page: loadGenerator('/faces.onnx').
const generator = await loadGenerator('faces.onnx');
const seeds = [7, 8, 9, 10];
const latents = walk(
  seeds.map((seed) => generator.latent(seed)),
  8 * seeds.length,
);
const images = await generator.sample({ latent: latents });
await writeFile('walk.png', await toAnimatedPng(images, { delay: 80 }));
generator.dispose();
