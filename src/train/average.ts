import type { Variable } from '@tensorflow/tfjs-core';
import type { Network } from '../layers/network';
import { averageInto } from '../ops/average';
import { requireNumber } from '../util/require';

function averageAll(
  averages: ReadonlyMap<string, Variable>,
  values: ReadonlyMap<string, Variable>,
  decay: number,
): void {
  for (const [name, value] of values) averageInto(averages.get(name)!, value, decay);
}

/**
 * Keeps an exponential moving average of a network's weights, which draws better samples than the weights
 * themselves. The decay warms up as `min(decay, (1 + t) / (10 + t))` at update t = 0, 1, …, so that the
 * average soon forgets the random start.
 *
 * @see Yazıcı et al. 2019, The unusual effectiveness of averaging in GAN training, https://arxiv.org/abs/1806.04498
 */
export class WeightAverage {
  /**
   * @param source the network that learns.
   * @param network of the same model; holds the average, which starts as a copy of the source.
   * @param decay in [0, 1].
   * @param step updates done so far; part of a checkpoint.
   * @throws {ArgumentError} if the decay is out of range.
   */
  constructor(
    private readonly source: Network,
    readonly network: Network,
    readonly decay: number,
    public step = 0,
  ) {
    requireNumber('averaging', 'decay', decay, 0, 1);
    averageAll(network.parameters, source.parameters, 0);
    this.copyState();
  }

  /** Call after each update of the source. */
  update(): void {
    const decay = Math.min(this.decay, (1 + this.step) / (10 + this.step));
    this.step += 1;
    averageAll(this.network.parameters, this.source.parameters, decay);
  }

  /** Copies what is not learned (running statistics); call before the average is used or saved. */
  copyState(): void {
    averageAll(this.network.state, this.source.state, 0);
  }

  dispose(): void {
    this.network.dispose();
  }
}
