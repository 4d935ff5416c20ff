import { ArgumentError, UnsupportedError } from '../errors';
import { inNode, nodeModule } from './host';

/** Imported when it is used, so that a page can load whatever imports this file. */
async function files(caller: string, path: string) {
  if (!inNode()) {
    throw new UnsupportedError(`${caller}: paths need Node, got '${path}' elsewhere; use bytes instead`);
  }
  return nodeModule<typeof import('node:fs/promises')>('node:fs/promises');
}

const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'permission denied';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EISDIR':
      return 'a folder';
    case 'EEXIST':
      return 'a file';
    case 'ENOSPC':
      return 'no space left';
    default:
      return code ?? message;
  }
};

/**
 * Reads a whole file.
 *
 * @throws {ArgumentError} if it cannot be read, naming path and reason.
 */
export async function readFileBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await files('readFileBytes', path);
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new ArgumentError(`readFileBytes: path must be a readable file, got '${path}': ${reason(error)}`);
  }
}

/**
 * Writes a whole file, or leaves what was there: the bytes go to a file beside it, which is then renamed.
 *
 * @throws {ArgumentError} if the folder does not exist or cannot be written.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const { open, rename, rm } = await files('writeFileAtomic', path);
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    // Where opening failed there may be nothing to remove, or no folder to look in.
    await rm(aside, { force: true }).catch(() => undefined);
    throw new ArgumentError(
      `writeFileAtomic: path must be writable, got '${path}': ${reason(error)}; choose another folder`,
    );
  }
}

/**
 * Writes a folder of files as a whole, or leaves what was there: the files go to a folder beside it, which is then
 * renamed. A folder of that name is replaced if nothing is in it that such a folder cannot hold.
 *
 * @param replaceable the names of files that may be replaced.
 * @throws {ArgumentError} if there is another folder or a file, or the place cannot be written.
 */
export async function writeFolderAtomic(
  path: string,
  content: ReadonlyMap<string, Uint8Array | string>,
  replaceable: RegExp,
): Promise<void> {
  const { mkdir, readdir, rename, rm, writeFile } = await files('writeFolderAtomic', path);
  // Beside the folder, even where its path ends in a slash.
  const folder = path.replace(/(?<=.)[/\\]+$/, '');
  const mark = `${process.pid}.${Math.random().toString(36).slice(2)}`;
  const [aside, before] = [`${folder}.${mark}.tmp`, `${folder}.${mark}.old`];
  try {
    const present = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    const other = present?.find((name) => !replaceable.test(name));
    if (other !== undefined) {
      throw new ArgumentError(
        `writeFolderAtomic: path must be a new folder, got '${path}', which holds '${other}'; choose another folder`,
      );
    }
    await mkdir(aside);
    for (const [name, bytes] of content) await writeFile(`${aside}/${name}`, bytes);
    if (present) await rename(folder, before);
    try {
      await rename(aside, folder);
    } catch (error) {
      if (present) await rename(before, folder);
      throw error;
    }
    await rm(before, { recursive: true, force: true });
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(
      `writeFolderAtomic: path must be a folder that can be written, got '${path}': ${reason(error)}; choose another folder`,
    );
  }
}

/**
 * Makes a folder and those it lies in, where they are missing. Node's own recursive `mkdir` never returns
 * where an existing folder takes no new ones and says that it is not there, as /proc does.
 *
 * @throws {ArgumentError} if one cannot be made, naming path and reason.
 */
export async function makeFolder(path: string): Promise<void> {
  const { mkdir, stat } = await files('makeFolder', path);
  const { dirname } = await nodeModule<typeof import('node:path')>('node:path');
  const make = async (folder: string): Promise<void> => {
    const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (found?.isDirectory()) return;
    if (!found && dirname(folder) !== folder) await make(dirname(folder));
    await mkdir(folder);
  };
  try {
    await make(path);
  } catch (error) {
    throw new ArgumentError(
      `makeFolder: path must be a folder that can be written, got '${path}': ${reason(error)}; choose another folder`,
    );
  }
}
