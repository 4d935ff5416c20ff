import { Presets, SingleBar } from 'cli-progress';
import type { JsonObject } from '../index';

/** How far a run is, for whoever watches. */
export interface Progress {
  readonly round: number;
  /** The round that it ends with; undefined where only the clock ends it. */
  readonly rounds?: number;
  /** Of the whole run, 0 to 1, by rounds or by the clock, whichever is further. */
  readonly share: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly roundsPerSecond: number;
  readonly secondsLeft: number;
}

/** Where a command tells what it does. */
export interface Reporter {
  /** A line for a person, and the same as data. */
  note(text: string, event: JsonObject): void;
  /** A round has been played; `event` where it is logged. */
  progress(progress: Progress, event?: JsonObject): void;
  /** The last: nothing follows. */
  done(text: string, result: JsonObject): void;
  /** Ends what is being drawn, before an error is told. */
  close(): void;
}

/** JSON lines for `--json`, a progress bar on a terminal, plain lines anywhere else. */
export function createReporter(json: boolean): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY ? barReporter() : plainReporter();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function jsonReporter(): Reporter {
  const line = (value: JsonObject): void => print(JSON.stringify(value));
  return {
    note: (_, event) => line(event),
    progress: (_, event) => event && line(event),
    done: (_, result) => line({ ...result, done: true }),
    close: () => undefined,
  };
}

/** Pipes get a line at most this often. */
const PLAIN_EVERY_MS = 1000;

function plainReporter(): Reporter {
  let next = 0;
  return {
    note: print,
    progress: (progress) => {
      if (Date.now() < next) return;
      next = Date.now() + PLAIN_EVERY_MS;
      print(describe(progress));
    },
    done: print,
    close: () => undefined,
  };
}

const BAR_STEPS = 1000;
const CLEAR_LINE = '\r\u001b[2K';

function barReporter(): Reporter {
  let bar: SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    // In the bar's place; the bar is drawn again in the line below.
    note: (text) => print(bar ? `${CLEAR_LINE}${text}` : text),
    progress: (progress) => {
      const payload = { text: describe(progress) };
      const step = Math.round(progress.share * BAR_STEPS);
      if (bar) {
        bar.update(step, payload);
        return;
      }
      bar = new SingleBar(
        {
          format: '{bar} {percentage}% {text}',
          barsize: 20,
          hideCursor: true,
          forceRedraw: true,
          gracefulExit: false,
          stream: process.stdout,
        },
        Presets.shades_classic,
      );
      bar.start(BAR_STEPS, step, payload);
    },
    done: (text) => {
      stop();
      print(text);
    },
    close: stop,
  };
}

/** `round 120/2000 · discriminator 0.612 · generator 1.204 · 11.2 rounds/s · 2 min 47 s left` */
function describe({ round, rounds, losses, roundsPerSecond, secondsLeft }: Progress): string {
  return [
    `round ${round}${rounds === undefined ? '' : `/${rounds}`}`,
    ...Object.entries(losses).map(([player, loss]) => `${player} ${loss.toPrecision(4)}`),
    `${roundsPerSecond.toPrecision(3)} rounds/s`,
    `${formatSeconds(secondsLeft)} left`,
  ].join(' · ');
}

/** `1 h 5 min`, `2 min 47 s`, `12 s`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole} s`;
}
