import { type Browser, chromium } from 'playwright';
import { findChromium } from '../../../scripts/find-chromium.js';
import { START_MILLISECONDS } from './page';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    timeout: START_MILLISECONDS,
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}
