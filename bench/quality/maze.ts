import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conditional, figureRoom, type MazeData, maze, nextFrameModels, Trainer } from '../../src/index';
import { drawStrips, type QualityOptions, type QualityReport, train, valuesOf } from './quality';

const FRAME = [16, 16, 3] as const;
const VALUES = 16 * 16 * 3;
const LATENT = 8;
const WIDTH = 24;
const ROUNDS = 12_000;
/** With an opponent the generator learns for longer than without. */
const SUPERVISED_SHARE = 0.4;
const HELD_OUT = 2000;
const JUNCTIONS = 300;
const DRAWS = 16;
const SHOWN = 8;
/** Frames of one row of the picture that are made with one z each. */
const SHOWN_DRAWS = 3;
const MOST_FUTURES = 3;

type FrameTrainer = Awaited<ReturnType<typeof trainerOf>>;

/** The mean of what may come is the best single answer in squares. */
const SUPERVISED = { adversarial: 0, reconstruction: 1, distance: 'squared' } as const;
/** Reconstruction and half as much diversity: as varied as what may come. The opponent makes it whole. */
const GAN = { adversarial: 1, reconstruction: 40, diversity: 20, matching: false } as const;

function trainerOf(data: MazeData, weights: typeof SUPERVISED | typeof GAN, rounds: number) {
  const game = conditional({
    condition: 'past',
    ...nextFrameModels({ frame: FRAME, past: 6, latent: LATENT, width: WIDTH }),
    ...weights,
    optimizer: { kind: 'adam', learningRate: 7e-4, beta1: weights === GAN ? 0 : 0.9, beta2: 0.999 },
  });
  return Trainer.create(game, {
    data,
    batchSize: 24,
    seed: 1,
    averaging: 0.995,
    learningRateDecay: { start: Math.ceil(rounds / 2), end: rounds + 1 },
    backend: 'kallima',
    threads: 1,
  });
}

/**
 * Next frames of the maze: a conditional GAN against the same generator trained without an opponent. On mazes that
 * neither has seen, at junctions and anywhere: the share of frames with exactly one whole figure, with that
 * figure where it may go; and the share of junctions where 16 draws show at least two of the futures.
 */
export async function mazeQuality(options: QualityOptions): Promise<QualityReport> {
  const { out, minutes, rounds = ROUNDS } = options;
  const data = maze({ seed: 1, count: 50_000 });
  const heldOut = maze({ seed: 2, count: 10_000 });
  const figures: Record<string, number> = {};
  const trainers: Record<string, FrameTrainer> = {};
  for (const [name, weights, share] of [
    ['supervised', SUPERVISED, SUPERVISED_SHARE],
    ['GAN', GAN, 1],
  ] as const) {
    const own = Math.ceil(rounds * share);
    const trainer = await trainerOf(data, weights, own);
    const trained = await train(name, trainer, {
      rounds: own,
      minutes: minutes && (minutes * share) / (1 + SUPERVISED_SHARE),
    });
    trainers[name] = trainer;
    figures[`${name}: rounds`] = trained.rounds;
    figures[`${name}: seconds`] = trained.seconds;
    for (const [figure, value] of Object.entries(await judge(trainer, heldOut)))
      figures[`${name}: ${figure}`] = value;
  }
  const path = join(out, 'maze.png');
  await writeFile(path, await picture(trainers.supervised!, trainers.GAN!, heldOut));
  for (const trainer of Object.values(trainers)) trainer.dispose();
  return { figures, pictures: [path] };
}

async function frames(trainer: FrameTrainer, data: MazeData, indices: readonly number[], seed: number) {
  const { past } = data.read(indices);
  const values = await valuesOf(await trainer.sample(indices.length, { seed, given: { past } }));
  return indices.map((_, i) => values.subarray(i * VALUES, (i + 1) * VALUES));
}

const junctionsOf = (data: MazeData, count: number): number[] => {
  const found: number[] = [];
  for (let i = 0; found.length < count; i++) if (data.futures(i).length > 1) found.push(i);
  return found;
};

const share = (of: readonly unknown[], holds: (i: number) => boolean): number =>
  of.filter((_, i) => holds(i)).length / of.length;

async function judge(trainer: FrameTrainer, data: MazeData): Promise<Record<string, number>> {
  const anywhere = Array.from({ length: HELD_OUT }, (_, i) => i);
  const figures: Record<string, number> = {};
  for (const [where, indices] of [
    ['', anywhere],
    [' at junctions', junctionsOf(data, HELD_OUT / 2)],
  ] as const) {
    const rooms = (await frames(trainer, data, indices, 3)).map((frame) => figureRoom(frame));
    figures[`one figure${where}`] = share(rooms, (i) => rooms[i] !== undefined);
    figures[`where it may go${where}`] = share(rooms, (i) =>
      data.futures(indices[i]!).includes(rooms[i] ?? -1),
    );
  }
  const junctions = junctionsOf(data, JUNCTIONS);
  const repeated = junctions.flatMap((index) => Array.from({ length: DRAWS }, () => index));
  const rooms = (await frames(trainer, data, repeated, 4)).map((frame) => figureRoom(frame));
  const seen = junctions.map(
    (index, i) =>
      new Set(
        rooms.slice(i * DRAWS, (i + 1) * DRAWS).filter((room) => data.futures(index).includes(room ?? -1)),
      ),
  );
  figures['two futures or more in 16 draws'] = share(seen, (i) => seen[i]!.size >= 2);
  figures['all futures in 16 draws'] = share(
    seen,
    (i) => seen[i]!.size === data.futures(junctions[i]!).length,
  );
  return figures;
}

/** A row a junction: the two frames of the past, the supervised prediction, three of the GAN, the true futures. */
async function picture(supervised: FrameTrainer, gan: FrameTrainer, data: MazeData): Promise<Uint8Array> {
  const rows = junctionsOf(data, SHOWN);
  const [predicted] = [await frames(supervised, data, rows, 5)];
  const repeated = rows.flatMap((index) => Array.from({ length: SHOWN_DRAWS }, () => index));
  const drawn = await frames(gan, data, repeated, 5);
  const strips = rows.map((index, row) => {
    const past = data.read([index]).past.data;
    const half = (which: 0 | 1) =>
      Float32Array.from({ length: VALUES }, (_, i) =>
        toPixel(past[Math.floor(i / 3) * 6 + 3 * which + (i % 3)]!),
      );
    const futures = data.futures(index).map((room) => Float32Array.from(data.frame(index, room), toPixel));
    while (futures.length < MOST_FUTURES) futures.push(new Float32Array(VALUES).fill(1));
    const cells = [
      half(0),
      half(1),
      predicted[row]!,
      ...drawn.slice(row * SHOWN_DRAWS, (row + 1) * SHOWN_DRAWS),
      ...futures,
    ];
    return { values: cells.flatMap((cell) => [...cell]), shape: FRAME };
  });
  return drawStrips(strips, 2 + 1 + SHOWN_DRAWS + MOST_FUTURES, 5);
}

const toPixel = (byte: number): number => byte / 127.5 - 1;
