import { type Browser, chromium } from 'playwright';
import { findChromium } from '../../../scripts/find-chromium.js';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}
