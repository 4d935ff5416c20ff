import type { FusedBatchNormAttrs, MeanAttrs } from '@tensorflow/tfjs-core';
import { sameShape, sizeOf } from '../../util/shape';
import { inputsOf, type TracedNode, type TracedTensor } from '../traced-graph';
import { attributesOf, inputOf, type OnnxOperators, optionalInput, outputOf } from './operator';
import { REDUCTIONS, reducedAxes } from './reductions';
import type { OnnxWriter } from './writer';

/** What is normalised together: an image's channel, or the last axis. */
type Over = 'instance' | 'layer';

/** What a normalisation is made of. */
interface Normalization {
  readonly over: Over;
  readonly x: TracedTensor;
  readonly epsilon: number;
  readonly scale?: TracedTensor;
  readonly offset?: TracedTensor;
  readonly output: TracedTensor;
  /** Its other kernel calls. */
  readonly rest: readonly TracedNode[];
}

/** The other operand of a call of two, where one is `known`. */
function otherOf(node: TracedNode, known: TracedTensor): TracedTensor {
  const [a, b] = inputsOf(node);
  return a === known ? b! : a!;
}

/**
 * Recognises `(x − mean) · rsqrt(mean((x − mean)²) + ε)` over height and width or over the last axis, and a constant scale
 * and offset a channel after it, from the first mean.
 */
function normalizationAt(writer: OnnxWriter, mean: TracedNode): Normalization | undefined {
  const x = inputOf(mean, 'x');
  const over = meanOver(mean);
  if (!over) return undefined;
  const constant = (tensor: TracedTensor, size: number) =>
    writer.isConstant(tensor) && sizeOf(tensor.shape) === size ? tensor : undefined;
  const next = (tensor: TracedTensor, kernel: string): TracedNode | undefined => {
    const user = writer.soleUser(tensor);
    return user?.kernel === kernel ? user : undefined;
  };

  const centre = next(outputOf(mean), 'Sub');
  if (!centre || inputOf(centre, 'a') !== x) return undefined;
  const centred = outputOf(centre);
  const users = writer.usersOf(centred);
  const square = users.find(({ kernel }) => kernel === 'Square');
  const product = users.find(({ kernel }) => kernel === 'Multiply');
  if (users.length !== 2 || !square || !product) return undefined;
  const variance = next(outputOf(square), 'Mean');
  if (!variance || meanOver(variance) !== over) return undefined;
  const widened = next(outputOf(variance), 'Add');
  const epsilon = widened && constant(otherOf(widened, outputOf(variance)), 1);
  const root = widened && next(outputOf(widened), 'Rsqrt');
  if (!epsilon || !root || otherOf(product, centred) !== outputOf(root)) return undefined;

  const rest = [centre, square, variance, widened, root, product];
  let output = outputOf(product);
  const channels = x.shape.at(-1)!;
  const scaled = next(output, 'Multiply');
  const scale = scaled && constant(otherOf(scaled, output), channels);
  const moved = scale && next(outputOf(scaled), 'Add');
  const offset = moved && constant(otherOf(moved, outputOf(scaled)), channels);
  if (offset) {
    rest.push(scaled, moved);
    output = outputOf(moved);
  }
  const epsilonValue = Number(writer.constantOf(epsilon, mean)[0]);
  return { over, x, epsilon: epsilonValue, ...(offset && { scale, offset }), output, rest };
}

/** What a mean is over, its axes kept; undefined for others. */
function meanOver(node: TracedNode): Over | undefined {
  const { axis, keepDims } = attributesOf<MeanAttrs>(node);
  const rank = inputOf(node, 'x').shape.length;
  const axes = reducedAxes(axis, rank);
  if (!keepDims) return undefined;
  if (rank === 4 && sameShape(axes, [1, 2])) return 'instance';
  // Images have their channels first, and ONNX's operator wants them last.
  return rank < 4 && sameShape(axes, [rank - 1]) ? 'layer' : undefined;
}

/** A vector with a number a channel; `value` where nothing is given. */
function channelsOf(
  writer: OnnxWriter,
  given: TracedTensor | undefined,
  channels: number,
  value: number,
): string {
  if (!given) return writer.builder.constant(new Float32Array(channels).fill(value));
  return writer.arranged(
    given,
    given.shape.map((_, axis) => axis),
    [channels],
  );
}

export const NORMALIZATIONS: OnnxOperators = {
  FusedBatchNorm(writer, node) {
    const { varianceEpsilon } = attributesOf<FusedBatchNormAttrs>(node);
    const x = inputOf(node, 'x');
    const channels = x.shape.at(-1)!;
    const inputs = [
      writer.value(x, 'first'),
      channelsOf(writer, optionalInput(node, 'scale'), channels, 1),
      channelsOf(writer, optionalInput(node, 'offset'), channels, 0),
      channelsOf(writer, inputOf(node, 'mean'), channels, 0),
      channelsOf(writer, inputOf(node, 'variance'), channels, 1),
    ];
    writer.emit(outputOf(node), 'BatchNormalization', inputs, { epsilon: varianceEpsilon }, 'first');
  },

  Mean(writer, node) {
    const found = normalizationAt(writer, node);
    if (!found) {
      REDUCTIONS.Mean!(writer, node);
      return;
    }
    const { over, x, epsilon, scale, offset, output, rest } = found;
    for (const part of rest) writer.skip(part);
    const channels = x.shape.at(-1)!;
    const layout = over === 'instance' ? 'first' : 'last';
    const inputs = [
      writer.value(x, layout),
      channelsOf(writer, scale, channels, 1),
      channelsOf(writer, offset, channels, 0),
    ];
    if (over === 'instance') writer.emit(output, 'InstanceNormalization', inputs, { epsilon }, layout);
    else writer.emit(output, 'LayerNormalization', inputs, { epsilon, axis: -1 }, layout);
  },
};
