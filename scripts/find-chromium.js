// Finds a Chromium for the browser tests, or installs one.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.CHROME_BIN,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const find = () => CANDIDATES.find((path) => path && existsSync(path));

function installWithApt() {
  const run = (...args) => execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run('update', '-q');
  run('install', '-y', '-q', '--no-install-recommends', 'chromium');
}

/**
 * Path of a Chromium, installed first where this is Debian or Ubuntu and we may.
 *
 * @throws if there is none and none can be installed: the message says how to get one.
 */
export function findChromium() {
  const found = find();
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    installWithApt();
    const installed = find();
    if (installed) return installed;
  }
  throw new Error(
    'browser tests: a Chromium is needed, got none; install one (apt-get install chromium) or set CHROME_BIN',
  );
}
