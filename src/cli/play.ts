import { type Batch, type DataSource, type Game, modeCoverage, type Report, type Trainer } from '../index';
import { writeFileAtomic } from '../util/files';
import { askedFor } from './condition';
import { modesOf } from './data';
import { gallery, IMAGES_DRAWN, POINTS_DRAWN, toFloats } from './gallery';
import { Meter } from './meter';
import { canPicture, drawPicture } from './picture';
import { formatSeconds, type Reporter } from './reporter';
import type { RunConfig, RunFolder } from './run-folder';

/** Saves of a run that were not asked for otherwise. */
const SAVES = 10;
/** Rounds of a run that only the clock ends. */
const NO_END = 2 ** 31;

/**
 * Plays a run to its end: its last round, its last minute, or a signal to stop (interrupt, terminate), after
 * which it is saved as at any other end.
 *
 * @param profile write where the time of the last round goes.
 */
export async function play(
  trainer: Trainer<Batch, string, string>,
  data: DataSource,
  folder: RunFolder,
  config: RunConfig,
  reporter: Reporter,
  profile = false,
): Promise<void> {
  const { rounds, logEvery, saveEvery } = config;
  const meter = new Meter(trainer.round, rounds, config.minutes);
  const saver = new Saver(trainer, data, folder, config, reporter);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  let savedTenths = 0;
  try {
    await saver.drawData();
    const left = (rounds ?? NO_END) - trainer.round;
    // The profiled round is one of those asked for: the last.
    const run = trainer.run({ rounds: profile ? Math.max(1, left - 1) : left, signal: controller.signal });
    for await (const report of run) {
      meter.count(report.losses);
      const progress = meter.progress(report.round);
      const logged = report.round % logEvery === 0;
      reporter.progress(progress, logged ? await log(folder, report, meter) : undefined);
      const tenths = Math.floor(progress.share * SAVES);
      const due = saveEvery === undefined ? tenths > savedTenths : report.round % saveEvery === 0;
      if (due && progress.share < 1) await saver.save(report.round);
      savedTenths = tenths;
      if (meter.isTimeUp(saver.seconds)) break;
    }
    if (profile && !controller.signal.aborted) await writeProfile(trainer, folder, reporter);
    await saver.save(trainer.round);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  }
  const seconds = meter.seconds;
  const speed = (trainer.round - meter.firstRound) / seconds;
  const interrupted = controller.signal.aborted;
  const { picture, checkpoint } = saver;
  reporter.done(
    [
      `${interrupted ? 'Interrupted after' : 'Played'} ${trainer.round} rounds in ${formatSeconds(seconds)}, ${speed.toPrecision(3)} a second.`,
      `checkpoint ${checkpoint}`,
      ...(picture ? [`picture ${picture}`] : []),
    ].join('\n'),
    {
      round: trainer.round,
      seconds,
      interrupted,
      out: folder.path,
      config: folder.config,
      log: folder.log,
      checkpoint,
      picture,
    },
  );
}

/** Plays a round with a clock on each record; writes the trace and prints the dearest. */
async function writeProfile(
  trainer: Trainer<Batch, string, string>,
  folder: RunFolder,
  reporter: Reporter,
): Promise<void> {
  const profile = trainer.backend.name === 'kallima' ? await trainer.profile() : undefined;
  const dearest = profile?.dearest() ?? [];
  if (!profile || dearest.length === 0) {
    const why = profile
      ? 'no update was replayed; play more than 5 rounds, and without --no-capture'
      : `it needs the backend kallima, got ${trainer.backend.name}`;
    reporter.note(`No profile: ${why}.`, { event: 'no-profile', why });
    return;
  }
  await writeFileAtomic(folder.profile, profile.toChromeTrace());
  const ms = profile.updates.reduce((sum, update) => sum + update.ms, 0);
  reporter.note(
    `${profile.format()}\none round: ${ms.toFixed(1)} ms, of it ${profile.kernelMs.toFixed(1)} in kernels; for https://ui.perfetto.dev: ${folder.profile}`,
    {
      event: 'profile',
      profile: folder.profile,
      ms,
      kernelMs: profile.kernelMs,
      dearest: dearest.map((cost) => ({ ...cost })),
    },
  );
}

/** Appends the mean losses since the last line to the log. */
async function log(folder: RunFolder, { round, epoch }: Report<string>, meter: Meter) {
  const line = {
    round,
    epoch,
    losses: meter.takeMeanLosses(),
    seconds: meter.seconds,
    roundsPerSecond: meter.roundsPerSecond,
  };
  await folder.append(line);
  return { event: 'progress', ...line };
}

/** The column that samples of a game resemble. */
function likeOf({ directions }: Game): string {
  return Object.values(directions)[0]!.like;
}

/** Writes checkpoints and pictures, and knows where the last ones are. */
class Saver {
  picture: string | undefined;
  checkpoint = '';
  /** What the last save took. */
  seconds = 0;
  private savedRound = -1;
  private readonly drawable: boolean;
  private behind: ArrayLike<number> | undefined;

  constructor(
    private readonly trainer: Trainer<Batch, string, string>,
    private readonly data: DataSource,
    private readonly folder: RunFolder,
    private readonly config: RunConfig,
    private readonly reporter: Reporter,
  ) {
    this.drawable = canPicture(data.shapes[likeOf(trainer.game)]!);
  }

  /** A picture of the data, to compare with; points are drawn under the samples, too. */
  async drawData(): Promise<void> {
    if (!this.drawable) return;
    const name = likeOf(this.trainer.game);
    const shape = this.data.shapes[name]!;
    const count = Math.min(shape.length === 3 ? IMAGES_DRAWN : POINTS_DRAWN, this.data.size);
    const column = this.data.read(Array.from({ length: count }, (_, i) => i))[name]!;
    const { values } = toFloats(column);
    if (shape.length === 1) this.behind = values;
    await writeFileAtomic(this.folder.dataPicture, drawPicture(values, count, shape));
  }

  async save(round: number): Promise<void> {
    if (round === this.savedRound) return;
    const start = performance.now();
    this.checkpoint = this.folder.checkpointPath(round);
    await this.trainer.save(this.checkpoint);
    await this.folder.prune();
    if (this.drawable) await this.drawSamples(round);
    this.savedRound = round;
    this.seconds = (performance.now() - start) / 1000;
  }

  private async drawSamples(round: number): Promise<void> {
    const { values, count, shape, columns } = await gallery(
      this.trainer,
      this.trainer.game.directions,
      this.data,
      askedFor(this.trainer, this.data, this.config.condition),
    );
    this.picture = this.folder.samplePath(round);
    await writeFileAtomic(this.picture, drawPicture(values, count, shape, { columns, behind: this.behind }));
    const modes = modesOf(this.config.data.source);
    if (!modes) {
      this.reporter.note(`picture ${this.picture}`, {
        event: 'save',
        round,
        checkpoint: this.checkpoint,
        picture: this.picture,
      });
      return;
    }
    const { covered, modes: all, highQuality } = modeCoverage(values, modes);
    await this.folder.append({ round, covered, modes: all, highQuality });
    this.reporter.note(
      `round ${round}: ${covered} of ${all} modes, ${(100 * highQuality).toFixed(1)} % within 3 σ. picture ${this.picture}`,
      {
        event: 'save',
        round,
        checkpoint: this.checkpoint,
        picture: this.picture,
        covered,
        modes: all,
        highQuality,
      },
    );
  }
}
