import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prints one line a file: nothing, or what is wrong. */
const SCRIPT = `
import sys, onnx
for path in sys.argv[1:]:
    try:
        onnx.checker.check_model(path, full_check=True)
        print()
    except Exception as error:
        print(' '.join(str(error).split()) or type(error).__name__)
`;

function hasOnnx(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const findPython = () =>
  [process.env.PYTHON, '/usr/bin/python3', 'python3'].find((python) => python && hasOnnx(python));

const ATTEMPTS = 60;
const PAUSE_MS = 4000;

/** A Python that can `import onnx`, installed first where this is Debian or Ubuntu and we may. */
function pythonWithOnnx(): string {
  const found = findPython();
  if (found) return found;
  const mayInstall =
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  // Another test may be installing: it holds apt's lock until what is wanted is there.
  for (let attempt = 0; mayInstall && attempt < ATTEMPTS; attempt++) {
    try {
      const apt = (...args: string[]) => execFileSync('apt-get', args, { stdio: 'ignore' });
      apt('update', '-q');
      apt('install', '-y', '-q', '--no-install-recommends', 'python3-onnx');
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
    const installed = findPython();
    if (installed) return installed;
  }
  throw new Error(
    'onnx.checker: a Python with the package onnx is needed, got none; install one (apt-get install python3-onnx, or pip install onnx) or set PYTHON',
  );
}

/**
 * What `onnx.checker` of the ONNX project finds wrong with files, with types and shapes inferred throughout (`full_check`).
 *
 * @returns By name, empty where nothing is wrong.
 */
export function checkOnnx(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  const python = pythonWithOnnx();
  const folder = mkdtempSync(join(tmpdir(), 'kallima-onnx-'));
  try {
    const paths = [...files.values()].map((bytes, at) => {
      const path = join(folder, `${at}.onnx`);
      writeFileSync(path, bytes);
      return path;
    });
    const printed = execFileSync(python, ['-c', SCRIPT, ...paths], { encoding: 'utf8' });
    const lines = printed.split('\n');
    return Object.fromEntries([...files.keys()].map((name, at) => [name, lines[at] ?? 'not checked']));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
