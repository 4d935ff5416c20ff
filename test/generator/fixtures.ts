import { readFileSync } from 'node:fs';
import { Draws } from '../../src/data/draws';
import type { OnnxInput } from '../support/onnx-runtime';
import { MADE_MODELS } from './made-models';

type Shapes = Readonly<Record<string, readonly number[]>>;

export interface Fixture {
  readonly name: string;
  bytes(): Uint8Array;
  /** Sizes of the inputs, one set after the other; where the graph is dynamic, more than one. */
  readonly shapes: readonly Shapes[];
}

const FOLDER = 'test/fixtures/onnx';

const latents = (width: number, ...counts: number[]): Shapes[] =>
  counts.map((count) => ({ z: [count, width] }));

const IMAGES: Shapes[] = [{ x: [1, 3, 16, 16] }, { x: [2, 3, 24, 40] }];
/** Sides that nothing needs to be even for. */
const ODD_IMAGES: Shapes[] = [...IMAGES, { x: [1, 3, 13, 19] }];

/** Exported by PyTorch: see export.py beside them. */
const EXPORTED: Readonly<Record<string, readonly Shapes[]>> = {
  dcgan: [{ z: [1, 8, 1, 1] }, { z: [3, 8, 1, 1] }],
  resnet: latents(8, 1, 3),
  unet: IMAGES,
  cyclegan: ODD_IMAGES,
  'fast-style': ODD_IMAGES,
  stylegan: latents(8, 1, 3),
  'stylegan-fused': latents(8, 1),
  'stylegan-silent': latents(8, 1, 3),
  conditional: [
    { z: [1, 8], label: [1] },
    { z: [5, 8], label: [5] },
  ],
  biggan: [
    { z: [1, 12], label: [1] },
    { z: [4, 12], label: [4] },
  ],
  'super-resolution': ODD_IMAGES,
  'dense-blocks': ODD_IMAGES,
  'group-norm': ODD_IMAGES,
  adain: [
    { content: [1, 3, 16, 16], style: [1, 3, 16, 16] },
    { content: [2, 3, 12, 21], style: [2, 3, 17, 9] },
  ],
  transformer: latents(6, 1, 3),
  'transformer-13': latents(6, 1, 3),
  activations: ODD_IMAGES,
  convolutions: [{ x: [2, 2, 9, 12] }, { x: [1, 2, 14, 7] }],
  wave: latents(6, 1, 3),
  'plumbing-9': latents(6, 1, 3),
  'plumbing-11': latents(6, 1, 3),
  'plumbing-13': latents(6, 1, 3),
  'plumbing-16': latents(6, 1, 3),
};

export const exported = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}/${name}.onnx`));

/** Every model whose output onnxruntime knows: those with noise are not among them. */
export const FIXTURES: readonly Fixture[] = [
  ...Object.entries(EXPORTED).map(([name, shapes]) => ({ name, bytes: () => exported(name), shapes })),
  ...MADE_MODELS,
];

/** Normal numbers, or labels for inputs of that name. */
export function inputsFor(
  shapes: Shapes,
  seed = 0,
): Record<string, OnnxInput & { readonly data: Float32Array }> {
  const draws = new Draws(7, seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return name === 'label'
        ? [name, { data: Float32Array.from({ length: count }, () => draws.below(5)), shape, type: 'int64' }]
        : [name, { data: Float32Array.from({ length: count }, () => draws.normal()), shape }];
    }),
  );
}
