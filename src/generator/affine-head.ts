import type { OnnxModel, OnnxNode } from '../formats/onnx/model';

/** Operators whose outputs are affine in all of their inputs together. */
const AFFINE = new Set(
  'Add Sub Sum Mean Neg Identity Concat Split Slice Reshape Flatten Transpose Squeeze Unsqueeze Expand Tile Cast Dropout Pad Gather ReduceMean ReduceSum AveragePool GlobalAveragePool Resize Upsample DepthToSpace SpaceToDepth'.split(
    ' ',
  ),
);
/** Those that are affine in any one input while the others stay. */
const WEIGHTED = new Set(['Gemm', 'MatMul', 'Conv', 'ConvTranspose', 'Mul']);
/** Those that are affine in the first input while the others stay. */
const SCALING = new Set(['BatchNormalization', 'Div']);

/** The part of a graph that is affine in one input. */
export interface AffineHead {
  /** The graph up to where it ends; its outputs are all values there. */
  readonly model: OnnxModel;
  /** Whether the input meets weights in it. */
  readonly weighted: boolean;
}

/**
 * What a graph makes of an input before anything that is not affine: of a DCGAN's latent its first layer, of a
 * StyleGAN's intermediate latent the affine maps to all styles.
 */
export function affineHead(model: OnnxModel, input: string): AffineHead {
  const affine = new Set([input]);
  const beyond = new Set<string>();
  const ends = new Set<string>();
  let weighted = false;
  for (const node of model.nodes) {
    const own = node.inputs.filter((name) => affine.has(name));
    const mixed = node.inputs.some((name) => beyond.has(name));
    // A shape is the same whatever the values are.
    if ((own.length === 0 && !mixed) || node.op === 'Shape') continue;
    const stays = !mixed && isAffine(node, own);
    for (const name of node.outputs) (stays ? affine : beyond).add(name);
    if (!stays) for (const name of own) ends.add(name);
    weighted ||= stays && WEIGHTED.has(node.op);
  }
  for (const { name } of model.outputs) if (affine.has(name)) ends.add(name);
  const outputs = [...ends].map((name) => ({ name, type: 'float32' as const, shape: undefined }));
  return { model: { ...model, ...neededFor(model, ends), outputs }, weighted };
}

function isAffine({ op, inputs }: OnnxNode, own: readonly string[]): boolean {
  if (AFFINE.has(op)) return own.every((name) => op !== 'Gather' || name === inputs[0]);
  return own.length === 1 && (WEIGHTED.has(op) || (SCALING.has(op) && own[0] === inputs[0]));
}

/** The nodes that make values, and the inputs that these take. */
function neededFor(
  { nodes, inputs }: OnnxModel,
  values: ReadonlySet<string>,
): Pick<OnnxModel, 'nodes' | 'inputs'> {
  const needed = new Set(values);
  const kept = [...nodes].reverse().filter(({ outputs, inputs: taken }) => {
    if (!outputs.some((name) => needed.has(name))) return false;
    for (const name of taken) needed.add(name);
    return true;
  });
  return { nodes: kept.reverse(), inputs: inputs.filter(({ name }) => needed.has(name)) };
}
