import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';
import type { TracedGraph } from '../../src/export/traced-graph';
import type { GeneratorMetadata } from '../../src/formats/generator-metadata';

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

/** Names of a traced graph's inputs and output, and nothing more. */
export function plainMetadata({ inputs, output }: TracedGraph): GeneratorMetadata {
  return {
    version: 1,
    game: 'test',
    direction: 'sample',
    inputs: inputs.map(({ name, tensor }) => ({ kind: 'values', name, shape: tensor.shape.slice(1) })),
    output: { kind: 'values', name: 'sample', shape: output.shape.slice(1) },
  };
}
