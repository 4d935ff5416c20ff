// Drawn faces to portraits and back, learned without pairs. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import { cycleGan, faces, patchDiscriminator, portraits, Trainer, unet, unpaired, writePng } from 'kallima';

const generator = unet({ size: 32, width: 16, normalization: 'instance', dropout: 0 });
const discriminator = patchDiscriminator({ size: 32, width: 16, layers: 2, normalization: 'instance' });
const game = cycleGan({
  generatorAB: generator,
  generatorBA: generator,
  discriminatorA: discriminator,
  discriminatorB: discriminator,
});
const data = unpaired({ a: faces(), b: portraits() });
const trainer = await Trainer.create(game, { data, batchSize: 4, seed: 7 });
const rounds = Number(process.env.ROUNDS ?? 3000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminators ${losses.discriminators}, generators ${losses.generators}`);
}

// Faces drawn under another seed, as portraits.
const unseen = faces({ seed: 2, count: 8 }).read([0, 1, 2, 3, 4, 5, 6, 7]).x;
const translated = await trainer.translate(unseen, { direction: 'ab' });
const pixels = Uint8Array.from(await translated.data(), (value) => (value + 1) * 127.5);
await writeFile('portraits.png', writePng({ width: 32, height: 8 * 32, channels: 3, data: pixels }));
trainer.dispose();
