import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensor } from '@tensorflow/tfjs-core';
import { FACE_ATTRIBUTES, faces, readFace, starGan, starGanModels, Trainer } from '../../src/index';
import {
  drawStrips,
  meanDifference,
  pixelsOf,
  type QualityOptions,
  type QualityReport,
  train,
  valuesOf,
} from './quality';

const ROUNDS = 3000;
const HELD_OUT = 512;
/** Faces of the picture, one a row. */
const SHOWN = 10;
const HAIR = FACE_ATTRIBUTES.hair;
const SIDE = 32;
const SHAPE = [SIDE, SIDE, 3] as const;
const SIZE = SIDE * SIDE * 3;

/**
 * Faces by hair colour, 8 domains. Each of 512 held-out faces is asked for in another colour than its own: the
 * shares whose hair is then read as the colour asked for, and whose eyes as they were; and the mean difference of
 * pixels in [−1, 1] after the way back. The picture has a face a row: first as it was, then in every colour.
 */
export async function stargan({ minutes, rounds = ROUNDS, out }: QualityOptions): Promise<QualityReport> {
  const game = starGan({
    ...starGanModels({
      size: SIDE,
      domains: HAIR.length,
      width: 16,
      blocks: 3,
      halvings: 1,
      critic: { width: 32, halvings: 3 },
      mask: true,
    }),
    criticSteps: 3,
    optimizer: { kind: 'adam', learningRate: 5e-4, beta1: 0.5, beta2: 0.999 },
  });
  const trainer = await Trainer.create(game, {
    data: faces({ seed: 1, count: 10_000 }),
    batchSize: 8,
    seed: 1,
    learningRateDecay: { start: Math.ceil(rounds / 2), end: rounds },
    backend: 'kallima',
    threads: 1,
  });
  const trained = await train('stargan', trainer, { minutes, rounds });
  const translate = async (images: Float32Array, label: readonly number[]) =>
    valuesOf(
      await trainer.sample(label.length, { given: { x: tensor(images, [label.length, ...SHAPE]), label } }),
    );

  const held = faces({ seed: 77, count: HELD_OUT });
  const indices = Array.from({ length: HELD_OUT }, (_, i) => i);
  const x = pixelsOf(held.read(indices).x.data);
  const truth = indices.map((index) => held.attributes(index));
  const own = truth.map(({ hair }) => hair);
  // Each of the seven other colours in turn.
  const asked = own.map((hair, i) => (hair + 1 + (i % (HAIR.length - 1))) % HAIR.length);
  const made = await translate(x, asked);
  const back = await translate(made, own);
  const read = indices.map((i) => readFace(made.subarray(i * SIZE, (i + 1) * SIZE)));
  const share = (holds: (i: number) => boolean) => indices.filter(holds).length / HELD_OUT;

  const strips = await Promise.all(
    indices.slice(0, SHOWN).map(async (i) => {
      const face = x.subarray(i * SIZE, (i + 1) * SIZE);
      const colours = await translate(
        Float32Array.from({ length: HAIR.length * SIZE }, (_, at) => face[at % SIZE]!),
        HAIR.map((_, colour) => colour),
      );
      const values = new Float32Array(SIZE + colours.length);
      values.set(face);
      values.set(colours, SIZE);
      return { values, shape: SHAPE };
    }),
  );
  trainer.dispose();
  const path = join(out, 'stargan.png');
  await writeFile(path, drawStrips(strips, 1 + HAIR.length, 3));
  return {
    figures: {
      rounds: trained.rounds,
      'hair as asked for': share((i) => read[i]!.hair === HAIR[asked[i]!]),
      'eyes as they were': share((i) => read[i]!.eyes === FACE_ATTRIBUTES.eyes[truth[i]!.eyes]),
      'cycle L1': meanDifference(back, x),
    },
    pictures: [path],
  };
}
