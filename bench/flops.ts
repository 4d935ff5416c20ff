/**
 * Floating-point operations of a network's products and convolutions by the direct method, layer by layer from
 * the input on, for one example; multiply and add count 2. What is done an element (activations, normalisation,
 * the optimizer) is left out, as is usual.
 */
export type NetworkFlops = readonly number[];

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export const denseFlops = (inputs: number, outputs: number): number => 2 * inputs * outputs;

/**
 * A convolution of `kernel`×`kernel` taps.
 *
 * @param positions pixels of the side that has fewer: the output of a convolution, the input of a transposed one.
 */
export const convFlops = (positions: number, kernel: number, inputs: number, outputs: number): number =>
  2 * positions * kernel * kernel * inputs * outputs;

/** One pass from input to output. */
export const forwardFlops = (network: NetworkFlops): number => sum(network);

/** Back to the input: as much as forward. */
export const inputGradientFlops = (network: NetworkFlops): number => sum(network);

/** Gradients of all weights, and back to the first layer, whose own input needs none. */
export const weightGradientFlops = (network: NetworkFlops): number => sum(network) + sum(network.slice(1));

/**
 * One update of a discriminator: the generator forward, then real and generated examples forward and back.
 *
 * @param judged examples that are judged for each that is generated: a real one and that one.
 */
export const discriminatorFlops = (
  generator: NetworkFlops,
  discriminator: NetworkFlops,
  judged = 2,
): number =>
  forwardFlops(generator) + judged * (forwardFlops(discriminator) + weightGradientFlops(discriminator));

/** One update of a generator: both networks forward, the opponent back to its input, the generator back. */
export const generatorFlops = (generator: NetworkFlops, opponent: NetworkFlops): number =>
  forwardFlops(generator) +
  forwardFlops(opponent) +
  inputGradientFlops(opponent) +
  weightGradientFlops(generator);

/**
 * One update of a critic with gradient penalty: as a discriminator's, and the penalty: forward, back to the
 * input, and the derivative of that in the weights. The latter takes each layer's weight gradient, and a pass
 * forward up to the last layer. Second derivatives of (leaky) ReLU are zero; what a framework multiplies by them
 * does not count.
 */
export const criticFlops = (generator: NetworkFlops, critic: NetworkFlops): number =>
  discriminatorFlops(generator, critic) +
  forwardFlops(critic) +
  inputGradientFlops(critic) +
  sum(critic) +
  sum(critic.slice(0, -1));

/**
 * One round of CycleGAN. The generators' update: each translates an image, one that is of its domain already, and what
 * the other made; that one's gradient goes on to its input, as it does in both opponents. Then the opponents' updates,
 * on images that were translated before.
 */
export const cycleGanFlops = (generator: NetworkFlops, opponent: NetworkFlops): number => {
  const translations = 3 * (forwardFlops(generator) + weightGradientFlops(generator)) + generator[0]!;
  const judging = forwardFlops(opponent) + inputGradientFlops(opponent);
  return 2 * (translations + judging + 2 * (forwardFlops(opponent) + weightGradientFlops(opponent)));
};
