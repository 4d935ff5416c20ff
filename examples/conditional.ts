// Faces by the colour of their hair. Some minutes on one core for the default number of rounds.
import { writeFile } from 'node:fs/promises';
import {
  classCondition,
  conditional,
  conditionalDcgan,
  FACE_ATTRIBUTES,
  faces,
  Trainer,
  writePng,
} from 'kallima';

const colors = FACE_ATTRIBUTES.hair;
const condition = classCondition({ classes: colors.length });
const game = conditional(conditionalDcgan({ size: 32, channels: 3, width: 32, condition }));
const trainer = await Trainer.create(game, { data: faces({ label: 'hair' }), batchSize: 32, seed: 7 });
const rounds = Number(process.env.ROUNDS ?? 4000);
for await (const { round, losses } of trainer.run({ rounds, reportEvery: 100 })) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}

// A face of each colour, by its name.
const drawn = await trainer.sample(colors.length, { given: { label: colors } });
const data = Uint8Array.from(await drawn.data(), (value) => (value + 1) * 127.5);
await writeFile('hair.png', writePng({ width: 32, height: 32 * colors.length, channels: 3, data }));
trainer.dispose();
