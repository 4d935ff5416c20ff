import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';

/** Opens the files of a graph model as `loadGraphModel` does that fetches them. */
export function openGraphModel(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<GraphModel> {
  const model: io.ModelJSON = JSON.parse(new TextDecoder().decode(files.get('model.json')));
  const load = () =>
    io.getModelArtifactsForJSON(model, async (manifest) => {
      const paths = manifest.flatMap(({ paths }) => paths);
      const specs = manifest.flatMap(({ weights }) => weights);
      return [specs, io.CompositeArrayBuffer.join(paths.map((path) => files.get(path)!.buffer))];
    });
  return loadGraphModel({ load });
}
