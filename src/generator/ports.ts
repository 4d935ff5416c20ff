import type { GeneratorInput, GeneratorMetadata, GeneratorOutput } from '../formats/generator-metadata';
import type { OnnxModel, OnnxValue } from '../formats/onnx/model';

/** Pixels of models by PyTorch, unless told otherwise. */
const PIXELS: readonly [number, number] = [-1, 1];

const isFloat = ({ type }: OnnxValue) => type.includes('float');

/** Sizes of one example; an open size is 0. */
function exampleShape({ shape = [] }: OnnxValue): number[] {
  return shape.slice(1).map((size) => (typeof size === 'number' ? size : 0));
}

/**
 * What the inputs mean: as the file says, or else by their shapes. The first that is a vector is the latent, pictures
 * of up to four channels are images, the rest is values to be given.
 */
export function inputsOf(
  model: OnnxModel,
  metadata: GeneratorMetadata | undefined,
  distribution: 'normal' | 'uniform',
): GeneratorInput[] {
  let latents = 0;
  return model.inputs.map((input): GeneratorInput => {
    const { name } = input;
    const known = metadata?.inputs.find((each) => each.name === name);
    if (known) return known;
    const shape = exampleShape(input);
    const [channels = 0, height, width] = shape;
    const isVector = shape.length === 1 || (shape.length === 3 && height === 1 && width === 1);
    if (isFloat(input) && isVector && latents++ === 0) return { kind: 'latent', name, shape, distribution };
    if (isFloat(input) && shape.length === 3 && channels >= 1 && channels <= 4) {
      return { kind: 'image', name, shape, range: PIXELS };
    }
    return { kind: 'values', name, shape };
  });
}

/** What the first output means: as the file says, or else by the node that makes it. */
export function outputOf(model: OnnxModel, metadata: GeneratorMetadata | undefined): GeneratorOutput {
  if (metadata) return metadata.output;
  const output = model.outputs[0]!;
  const { name } = output;
  const last = model.nodes.find(({ outputs }) => outputs.includes(name));
  const shape = exampleShape(output);
  const range: readonly [number, number] = last?.op === 'Sigmoid' ? [0, 1] : PIXELS;
  return { name, shape, kind: shape.length === 3 ? 'image' : 'values', range };
}
