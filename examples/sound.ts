// A sound decides what is drawn. With two paths: recordings named by what is said (7_ada_0.wav, …) and a CSV of 8×8
// digits, so that a spoken digit is written down. Without: the pitch of a tone is the height of a line.
import { writeFile } from 'node:fs/promises';
import * as k from 'kallima';

const [recordings, digits] = process.argv.slice(2);
const sound = { augment: { copies: 3 } };
const sounds = recordings
  ? await k.openData(recordings, { sound })
  : await k.soundData(tones(), 'tones', sound);
const csv = { labelColumn: -1, imageShape: [8, 8, 1], imageRange: [0, 16] } as const;
const data = k.pairByLabel({ x: digits ? await k.openData(digits, csv) : lines(), sound: sounds });

const block = (units: number) => [k.dense({ units }), k.batchNorm(), k.relu()];
const draw = [k.concatCondition(), ...block(256), ...block(256), k.dense({ units: 64 }), k.tanh()];
const features = [
  k.flatten(),
  k.dense({ units: 256 }),
  k.leakyRelu(),
  k.dense({ units: 128 }),
  k.leakyRelu(),
];
const game = k.conditional({
  condition: 'sound',
  generator: {
    inputShape: [64],
    condition: k.soundCondition({ width: 8, units: 10, dropout: 0 }),
    layer: k.sequential([...draw, k.reshape({ shape: [8, 8, 1] })]),
  },
  discriminator: {
    inputShape: [8, 8, 1],
    // A penalty on each example's own gradient goes with no batch normalisation.
    condition: k.soundCondition({ width: 8, dropout: 0, normalization: 'layer' }),
    layer: k.sequential([...features, k.projection()]),
  },
  objective: 'hinge',
  penalty: 10,
  discriminatorSteps: 3,
  optimizer: { kind: 'adam', learningRate: 3e-4, beta1: 0.5, beta2: 0.9 },
});
const trainer = await k.Trainer.create(game, { data, batchSize: 64, seed: 7 });
for await (const { round, losses } of trainer.run({
  rounds: Number(process.env.ROUNDS ?? 1200),
  reportEvery: 100,
})) {
  console.log(`round ${round}: discriminator ${losses.discriminator}, generator ${losses.generator}`);
}

// Eight drawings for each of ten sounds, one under another.
const heard = sounds.read(Array.from({ length: 80 }, (_, i) => Math.floor(((i >> 3) * sounds.size) / 40)));
const drawn = await trainer.sample(80, { given: { sound: heard.sound! } });
const pixels = Uint8Array.from(await drawn.data(), (value) => (value + 1) * 127.5);
await writeFile('sound.png', k.writePng({ width: 8, height: 8 * 80, channels: 1, data: pixels }));
trainer.dispose();

/** WAV files of tones, named by their pitch. */
function tones(): k.FileEntry[] {
  return Array.from({ length: 40 }, (_, i) => {
    const hertz = 300 * (1 + (i % 4));
    const wave = Float32Array.from(
      { length: 4000 },
      (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / 8000),
    );
    return { path: `${i % 4}_tone_${i}.wav`, read: () => k.writeWav({ rate: 8000, samples: wave }) };
  });
}

/** Pictures of a bright line, higher with the label; some are brighter than others. */
function lines(): k.DataSource<'x' | 'label'> {
  const label = Int32Array.from({ length: 200 }, (_, i) => i % 4);
  const x = Float32Array.from({ length: 200 * 64 }, (_, at) =>
    ((at >> 3) & 7) === 7 - 2 * label[at >> 6]! ? (at >> 6) / 200 : -1,
  );
  return k.arrayData(
    { x: { data: x, shape: [8, 8, 1] }, label: { data: label, shape: [] } },
    { name: 'lines' },
  );
}
