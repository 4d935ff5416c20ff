import { version as own } from '../package.json';

/** This package's version, as in package.json. */
export const version: string = own;
