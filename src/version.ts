/** This package's version, as in package.json. */
export { version } from '../package.json';
