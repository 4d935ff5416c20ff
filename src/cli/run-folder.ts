import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, type Json } from '../index';
import { makeFolder, readFileBytes, writeFileAtomic } from '../util/files';
import type { DataSettings } from './data';
import { exists } from './data';
import type { Recipe } from './recipe';

/** What `config.json` holds: enough to go on, and to know what was done. */
export interface RunConfig {
  readonly kallima: string;
  readonly data: DataSettings;
  readonly recipe: Recipe;
  /** The round that the run ends with; without one, only the clock ends it. */
  readonly rounds?: number;
  readonly seed: number;
  readonly backend: string;
  readonly threads?: number;
  readonly minutes?: number;
  readonly saveEvery?: number;
  readonly logEvery: number;
  /** What its pictures show, where something was asked for. */
  readonly condition?: string;
}

const CONFIG = 'config.json';
const LOG = 'log.jsonl';
const CHECKPOINTS = 'checkpoints';
const SAMPLES = 'samples';
const CHECKPOINT = /^round-(\d+)\.safetensors$/;
/** Older checkpoints are removed. */
const KEEP = 3;

const roundName = (round: number): string => `round-${String(round).padStart(7, '0')}`;

/** The files of a run: `config.json`, `log.jsonl`, `samples/`, `checkpoints/`. */
export class RunFolder {
  private constructor(readonly path: string) {}

  get config(): string {
    return join(this.path, CONFIG);
  }
  /** A Chrome trace. */
  get profile(): string {
    return join(this.path, 'profile.json');
  }
  get log(): string {
    return join(this.path, LOG);
  }

  /**
   * Makes the folder of a new run.
   *
   * @throws {ArgumentError} if it holds a run already, or cannot be written.
   */
  static async create(path: string, config: RunConfig): Promise<RunFolder> {
    await RunFolder.requireFree(path);
    const folder = new RunFolder(path);
    for (const part of ['', CHECKPOINTS, SAMPLES]) await makeFolder(join(path, part));
    await writeFileAtomic(folder.config, `${JSON.stringify(config, null, 2)}\n`);
    await writeFileAtomic(folder.log, '');
    return folder;
  }

  /** @throws {ArgumentError} if there is a run, or something else than a folder, at `path`. */
  static async requireFree(path: string): Promise<void> {
    if (await exists(join(path, CONFIG))) {
      throw new ArgumentError(
        `train: --out must be a new folder, got '${path}', which holds a run; add --resume to go on with it, or choose another folder`,
      );
    }
  }

  /** `runs/<name>-<n>`, n being the first number that is free. */
  static async unused(name: string): Promise<string> {
    for (let n = 1; ; n++) {
      const path = join('runs', `${name}-${n}`);
      if (!(await exists(path))) return path;
    }
  }

  /**
   * Opens a run that was begun before.
   *
   * @throws {ArgumentError} if there is none, or its config cannot be read.
   */
  static async open(path: string): Promise<{ folder: RunFolder; config: RunConfig }> {
    const folder = new RunFolder(path);
    if (!(await exists(folder.config))) {
      throw new ArgumentError(
        `train: --resume needs the folder of a run in --out, got '${path}' without a ${CONFIG}`,
      );
    }
    const text = new TextDecoder().decode(await readFileBytes(folder.config));
    try {
      const config = JSON.parse(text) as RunConfig;
      if (typeof config.data.source !== 'string' || typeof config.recipe.rounds !== 'number')
        throw new Error();
      return { folder, config };
    } catch {
      throw new ArgumentError(
        `train: '${folder.config}' must be the config of a run, got something else; start a new run`,
      );
    }
  }

  /** The newest checkpoint, or undefined. */
  async latestCheckpoint(): Promise<string | undefined> {
    return latestCheckpoint(this.path);
  }

  checkpointPath(round: number): string {
    return join(this.path, CHECKPOINTS, `${roundName(round)}.safetensors`);
  }

  samplePath(round: number): string {
    return join(this.path, SAMPLES, `${roundName(round)}.png`);
  }

  /** The data itself, drawn as the samples are. */
  get dataPicture(): string {
    return join(this.path, SAMPLES, 'data.png');
  }

  /** Removes all checkpoints but the newest few. */
  async prune(): Promise<void> {
    const all = await checkpointsIn(this.path);
    for (const { name } of all.slice(0, -KEEP)) await rm(join(this.path, CHECKPOINTS, name), { force: true });
  }

  async append(line: Json): Promise<void> {
    await appendFile(this.log, `${JSON.stringify(line)}\n`);
  }

  /** Drops lines of rounds that a resumed run plays again, and a line that was cut short. */
  async trimLog(round: number): Promise<void> {
    const text = await readFile(this.log, 'utf8').catch(() => '');
    const kept = text.split('\n').filter((line) => {
      try {
        return (JSON.parse(line) as { round: number }).round <= round;
      } catch {
        return false;
      }
    });
    await writeFileAtomic(this.log, kept.map((line) => `${line}\n`).join(''));
  }
}

async function checkpointsIn(path: string): Promise<{ name: string; round: number }[]> {
  const names = await readdir(join(path, CHECKPOINTS)).catch(() => []);
  return names
    .map((name) => ({ name, round: Number(CHECKPOINT.exec(name)?.[1] ?? Number.NaN) }))
    .filter(({ round }) => !Number.isNaN(round))
    .sort((a, b) => a.round - b.round);
}

/** The newest checkpoint of a run folder, or undefined where there is none. */
export async function latestCheckpoint(path: string): Promise<string | undefined> {
  const newest = (await checkpointsIn(path)).at(-1);
  return newest && join(path, CHECKPOINTS, newest.name);
}
