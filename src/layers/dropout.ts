import { cast, greaterEqual, mul } from '@tensorflow/tfjs-core';
import { detach } from '../ops/detach';
import { requireNumber } from '../util/require';
import type { Layer } from './layer';

export interface DropoutOptions {
  /** Share of the values that become zero, in [0, 1); default 0.5. */
  readonly rate?: number;
  /** Draw when sampling too, so that the same input gives varied outputs; default false. */
  readonly sampling?: boolean;
}

/**
 * In training, sets a random share of the values to zero and scales the rest by `1 / (1 − rate)`; else the
 * identity, unless it is to draw when `sampling` too.
 *
 * @see Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export function dropout(options: DropoutOptions = {}): Layer {
  const { rate = 0.5, sampling = false } = options;
  requireNumber('dropout', 'rate', rate, 0, 1 - 2 ** -24);
  return {
    config: { kind: 'dropout', rate, sampling },
    build: (inputShape) => ({
      outputShape: inputShape,
      apply(x, mode) {
        const draws = mode.training || (sampling && !mode.deterministic);
        if (!draws || rate === 0) return x;
        const mask = detach(() =>
          mul(cast(greaterEqual(mode.random.uniform(x.shape), rate), 'float32'), 1 / (1 - rate)),
        );
        return mul(x, mask);
      },
    }),
  };
}
