/** Whether this is Node (or a runtime that says so). */
export function inNode(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string';
}

/**
 * A module of Node's own, by a name that bundlers for browsers do not follow.
 *
 * @param name with its prefix, e.g. `node:os`.
 */
export async function nodeModule<M>(name: string): Promise<M> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}
