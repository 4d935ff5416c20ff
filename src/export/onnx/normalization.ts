import type { FusedBatchNormAttrs, MeanAttrs } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../util/shape';
import { inputsOf, type TracedNode, type TracedTensor } from '../traced-graph';
import { attributesOf, inputOf, type OnnxOperators, optionalInput, outputOf } from './operator';
import { REDUCTIONS, reducedAxes } from './reductions';
import type { OnnxWriter } from './writer';

/** What an instance normalisation is made of. */
interface InstanceNorm {
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
 * Recognises `(x − mean) · rsqrt(mean((x − mean)²) + ε)` over height and width, and a constant scale and offset a channel
 * after it, from the first mean.
 */
function instanceNormAt(writer: OnnxWriter, mean: TracedNode): InstanceNorm | undefined {
  const x = inputOf(mean, 'x');
  if (!overPositions(mean)) return undefined;
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
  if (!variance || !overPositions(variance)) return undefined;
  const widened = next(outputOf(variance), 'Add');
  const epsilon = widened && constant(otherOf(widened, outputOf(variance)), 1);
  const root = widened && next(outputOf(widened), 'Rsqrt');
  if (!epsilon || !root || otherOf(product, centred) !== outputOf(root)) return undefined;

  const rest = [centre, square, variance, widened, root, product];
  let output = outputOf(product);
  const channels = x.shape[3]!;
  const scaled = next(output, 'Multiply');
  const scale = scaled && constant(otherOf(scaled, output), channels);
  const moved = scale && next(outputOf(scaled), 'Add');
  const offset = moved && constant(otherOf(moved, outputOf(scaled)), channels);
  if (offset) {
    rest.push(scaled, moved);
    output = outputOf(moved);
  }
  const epsilonValue = Number(writer.constantOf(epsilon, mean)[0]);
  return { x, epsilon: epsilonValue, ...(offset && { scale, offset }), output, rest };
}

/** A mean over height and width of images, both kept. */
function overPositions(node: TracedNode): boolean {
  const { axis, keepDims } = attributesOf<MeanAttrs>(node);
  const { shape } = inputOf(node, 'x');
  return shape.length === 4 && keepDims && String(reducedAxes(axis, 4)) === '1,2';
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
    const found = instanceNormAt(writer, node);
    if (!found) {
      REDUCTIONS.Mean!(writer, node);
      return;
    }
    const { x, epsilon, scale, offset, output, rest } = found;
    for (const part of rest) writer.skip(part);
    const channels = x.shape[3]!;
    const inputs = [
      writer.value(x, 'first'),
      channelsOf(writer, scale, channels, 1),
      channelsOf(writer, offset, channels, 0),
    ];
    writer.emit(output, 'InstanceNormalization', inputs, { epsilon }, 'first');
  },
};
