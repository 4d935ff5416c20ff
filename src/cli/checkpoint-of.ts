import { ArgumentError } from '../index';
import { exists } from './data';
import { latestCheckpoint } from './run-folder';

/**
 * The newest checkpoint of a run, or the file itself.
 *
 * @throws {ArgumentError} if there is neither.
 */
export async function checkpointOf(command: string, source: string): Promise<string> {
  const newest = await latestCheckpoint(source);
  if (newest) return newest;
  if (!(await exists(source))) {
    throw new ArgumentError(
      `${command}: source must be the folder of a run or a checkpoint, got '${source}': no such file or folder`,
    );
  }
  if (source.endsWith('.safetensors')) return source;
  throw new ArgumentError(
    `${command}: source must be the folder of a run or a .safetensors file, got '${source}' without a checkpoint in it`,
  );
}
