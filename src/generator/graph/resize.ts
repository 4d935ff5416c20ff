import type { OnnxNode } from '../../formats/onnx/model';
import { numberOf, numbersOf, stringOf } from './attributes';
import { axesOf } from './axes';
import type { Context, Operator } from './context';
import { type AxisMap, resample } from './resample';
import type { Known } from './value';

/** How an axis changes. */
interface Change {
  readonly from: number;
  readonly to: number;
  /** Of its length, as a float of 32 bits. */
  readonly scale: number;
}

const float = Math.fround;

/** The middle of element i in the source: in floats of 32 bits, so that ties fall as they do elsewhere. */
const halfPixel = (i: number, { scale }: Change) => float(float(float(i + 0.5) / scale) - 0.5);

/** Where in the source an element lies, by coordinate_transformation_mode. */
const COORDINATES: Readonly<Record<string, (i: number, change: Change) => number>> = {
  half_pixel: halfPixel,
  pytorch_half_pixel: (i, change) => (change.to > 1 ? halfPixel(i, change) : 0),
  half_pixel_symmetric: (i, { from, to, scale }) => {
    const offset = float(float(from / 2) * float(1 - float(to / float(scale * from))));
    return float(offset + (i + 0.5) / scale - 0.5);
  },
  align_corners: (i, { from, to }) => (to === 1 ? 0 : float(float(i * (from - 1)) / (to - 1))),
  asymmetric: (i, { scale }) => float(i / scale),
  tf_half_pixel_for_nn: (i, { scale }) => float(float(i + 0.5) / scale),
};

/** A middle that rounding has moved is one still. */
const HALF = 0.5 + 1e-6;

/** The element nearest to a coordinate, by nearest_mode; '' is that of opsets before 11. */
const NEAREST: Readonly<Record<string, (x: number, change: Change) => number>> = {
  '': (x, { scale }) => (scale < 1 ? Math.ceil(x) : Math.floor(x)),
  round_prefer_floor: (x) => Math.ceil(x - HALF),
  round_prefer_ceil: (x) => Math.floor(x + HALF),
  floor: Math.floor,
  ceil: Math.ceil,
};

function choice<T>(
  context: Context,
  node: OnnxNode,
  name: string,
  table: Readonly<Record<string, T>>,
  fallback: string,
): T {
  const value = stringOf(node, name, fallback);
  if (!Object.hasOwn(table, value)) {
    throw context.fail(node, `${name} ${Object.keys(table).join(', ')}`, value);
  }
  return table[value]!;
}

/** Scales and sizes as the node gives them, of the axes that it names. */
function changesOf(
  context: Context,
  node: OnnxNode,
  lengths: Known,
  scales: Known | undefined,
  sizes: Known | undefined,
): Change[] {
  const given = scales?.length ? scales : (sizes ?? []);
  if (given.length !== lengths.length) {
    throw context.fail(node, `${lengths.length} scales or sizes`, `${given.length}`);
  }
  if (!given.every((value) => value > 0)) {
    throw context.fail(node, 'scales and sizes above 0', `[${given}]`);
  }
  if (given === scales) {
    return lengths.map((from, i) => {
      const scale = float(given[i]!);
      return { from, to: Math.floor(float(scale * from)), scale };
    });
  }
  const own = lengths.map((from, i) => float(given[i]! / from));
  const policy = stringOf(node, 'keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return lengths.map((from, i) => ({ from, to: given[i]!, scale: own[i]! }));
  const scale = (policy === 'not_larger' ? Math.min : Math.max)(...own);
  return lengths.map((from) => ({ from, to: Math.floor(float(scale * from) + 0.5), scale }));
}

const resize: Operator = (context, node) => {
  const x = context.input(node, 0);
  const { opset } = context;
  const isOld = opset < 11 || node.op === 'Upsample';
  const axes = axesOf(context, node, numbersOf(node, 'axes') ?? [...x.shape.keys()], x.shape.length);
  const scales = numbersOf(node, 'scales') ?? context.known(node, isOld ? 1 : 2);
  const sizes = isOld ? undefined : context.known(node, 3);
  const lengths = axes.map((axis) => x.shape[axis]!);
  const changes = changesOf(context, node, lengths, scales, sizes);
  if (numberOf(node, 'antialias', 0) !== 0) throw context.fail(node, 'antialias 0', '1');
  const linear = choice(context, node, 'mode', { nearest: false, linear: true }, 'nearest');
  const coordinate = choice(
    context,
    node,
    'coordinate_transformation_mode',
    COORDINATES,
    isOld ? 'asymmetric' : 'half_pixel',
  );
  const nearest = choice(context, node, 'nearest_mode', NEAREST, isOld ? '' : 'round_prefer_floor');
  // Where no size changes nothing does, as onnxruntime has it, whatever the scales are.
  if (changes.every(({ from, to }) => from === to)) return context.output(node, x);
  const maps = new Map<number, AxisMap>();
  for (const [i, change] of changes.entries()) {
    context.checkShape(node, [change.to]);
    if (change.scale === 1) continue;
    const place = (index: number) => {
      const at = coordinate(index, change);
      return linear ? at : nearest(at, change);
    };
    maps.set(axes[i]!, { size: change.to, place });
  }
  context.output(node, resample(context, node, x, maps, linear));
};

export const RESIZE_OPERATORS: Readonly<Record<string, Operator>> = { Resize: resize, Upsample: resize };
