import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** What a command did. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of stdout. */
  readonly lines: string[];
}

/** The command line, bundled from its source, as a user's shell runs it. */
export class CommandLine {
  private constructor(
    private readonly folder: string,
    private readonly file: string,
  ) {}

  static async bundle(): Promise<CommandLine> {
    // Inside the project, so that the bundle finds its packages.
    const folder = mkdtempSync(join(process.cwd(), 'build', 'cli-'));
    await build({
      entryPoints: ['src/cli/index.ts'],
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'es2022',
      packages: 'external',
      loader: { '.wasm': 'binary' },
      outdir: folder,
      logLevel: 'error',
    });
    return new CommandLine(folder, join(folder, 'index.js'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** @param watch sees the child and what it has printed so far, each time it prints. */
  run(
    args: readonly string[],
    cwd: string,
    watch?: (child: ChildProcess, stdout: string) => void,
  ): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [this.file, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text) => {
        stdout += text;
        watch?.(child, stdout);
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, stdout, stderr, lines: stdout.split('\n').filter(Boolean) }),
      );
    });
  }
}
