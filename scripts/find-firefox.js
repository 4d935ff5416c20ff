import { findBrowser } from './find-browser.js';

/** Path of a Firefox for the tests; installed first where there is none, if we may. */
export const findFirefox = () =>
  findBrowser('firefox-esr', 'FIREFOX_BIN', [
    '/usr/bin/firefox-esr',
    '/usr/bin/firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ]);
