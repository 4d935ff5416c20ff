// Faces from their outlines, learned from pairs. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import { faceEdges, patchDiscriminator, pix2pix, Trainer, unet, writePng } from 'kallima';

const game = pix2pix({
  generator: unet({ size: 32, channels: 1, outputChannels: 3, width: 24 }),
  discriminator: patchDiscriminator({ size: 32, width: 24, layers: 2, condition: { shape: [32, 32, 1] } }),
});
const trainer = await Trainer.create(game, { data: faceEdges({ count: 5000 }), batchSize: 8, seed: 7 });
const rounds = Number(process.env.ROUNDS ?? 3000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}

// Outlines that it has not seen: faces drawn under another seed.
const outlines = faceEdges({ seed: 2, count: 8 }).read([0, 1, 2, 3, 4, 5, 6, 7]).a;
const faces = await trainer.sample(8, { given: { a: outlines } });
const data = Uint8Array.from(await faces.data(), (value) => (value + 1) * 127.5);
await writeFile('pix2pix.png', writePng({ width: 32, height: 8 * 32, channels: 3, data }));
trainer.dispose();
