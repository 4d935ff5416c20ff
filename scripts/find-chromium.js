import { findBrowser } from './find-browser.js';

/** Path of a Chromium for the tests; installed first where there is none, if we may. */
export const findChromium = () =>
  findBrowser('chromium', 'CHROME_BIN', [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ]);
