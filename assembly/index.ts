export { run } from './program';
export { walk } from './walk';
