// Finds a browser for the tests, or installs it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function installWithApt(name) {
  const run = (...args) => execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run('update', '-q');
  run('install', '-y', '-q', '--no-install-recommends', name);
}

/**
 * Path of a browser, installed first where this is Debian or Ubuntu and we may.
 *
 * @param name of the Debian package.
 * @param variable of the environment that says where it is.
 * @param candidates paths where it can be.
 * @throws if there is none and none can be installed: the message says how to get one.
 */
export function findBrowser(name, variable, candidates) {
  const find = () => [process.env[variable], ...candidates].find((path) => path && existsSync(path));
  const found = find();
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    installWithApt(name);
    const installed = find();
    if (installed) return installed;
  }
  throw new Error(
    `browser tests: ${name} is needed, got none; install it (apt-get install ${name}) or set ${variable}`,
  );
}
