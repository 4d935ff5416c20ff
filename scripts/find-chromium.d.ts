/** Path of a Chromium, installed first where this is Debian or Ubuntu and we may. */
export function findChromium(): string;
