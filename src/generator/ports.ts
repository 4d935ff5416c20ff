import { FormatError } from '../errors';
import type { GeneratorInput, GeneratorMetadata, GeneratorOutput } from '../formats/generator-metadata';
import type { OnnxModel, OnnxValue } from '../formats/onnx/model';
import { sizeOf } from '../util/shape';
import { brief } from '../util/text';

/** Numbers of an example that is not an image's: a file of a kilobyte can ask for any. */
const MOST_NUMBERS = 2 ** 24;

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
 *
 * @throws {FormatError} if the file says otherwise than its graph, or asks for more than can be meant.
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
    const shape = exampleShape(input);
    const said = known?.shape ?? shape;
    const agrees = said.length === shape.length && shape.every((size, axis) => !size || size === said[axis]);
    if (!agrees || (known?.kind !== 'image' && sizeOf(said) > MOST_NUMBERS)) {
      throw new FormatError(
        `loadGenerator: input ${brief(name)} must be as its metadata say, of at most ${MOST_NUMBERS} numbers, got ${brief(shape)} for ${brief(said)}`,
      );
    }
    if (known) return known;
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
