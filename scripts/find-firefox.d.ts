/** Path of a Firefox, installed first where this is Debian or Ubuntu and we may. */
export function findFirefox(): string;
