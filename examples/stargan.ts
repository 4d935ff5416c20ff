// Any hair colour for any face, by one network. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import { faces, starGan, starGanModels, Trainer, writePng } from 'kallima';

const models = starGanModels({ size: 32, domains: 8, width: 16, blocks: 3, halvings: 1, mask: true });
const game = starGan({
  ...models,
  criticSteps: 3,
  optimizer: { kind: 'adam', learningRate: 5e-4, beta1: 0.5 },
});
const trainer = await Trainer.create(game, { data: faces({ count: 5000 }), batchSize: 8, seed: 7 });
const rounds = Number(process.env.ROUNDS ?? 3000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: critic ${losses.critic}, generator ${losses.generator}`);
}

// A face that it has not seen, drawn under another seed, in each of the eight colours.
const face = faces({ seed: 2, count: 1 }).read([0]).x;
const hair = ['black', 'brown', 'blond', 'red', 'pink', 'blue', 'green', 'white'];
const colours = await trainer.sample(8, { given: { x: face, label: hair } });
const data = Uint8Array.from(await colours.data(), (value) => (value + 1) * 127.5);
await writeFile('stargan.png', writePng({ width: 32, height: 8 * 32, channels: 3, data }));
trainer.dispose();
