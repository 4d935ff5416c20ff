import {
  add,
  dispose,
  div,
  getBackend,
  mean,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { kallimaBackend } from '../backend/register';
import type { Network } from '../layers/network';
import { clipInto } from '../ops/clip';
import { SeededRandom } from '../ops/random';
import { yieldToEventLoop } from '../util/event-loop';
import { CapturedUpdate } from './captured';
import type { LatentSpace } from './latents';
import { Optimizer } from './optimizers';

/** What latents are searched for; all tensors have a row for each start. */
export interface Goal {
  readonly generator: Network;
  readonly condition: Tensor | undefined;
  readonly targets: Tensor;
  /** What samples are compared by besides their pixels. */
  readonly features: Network | undefined;
}

/** How the search goes. */
export interface Search {
  readonly space: LatentSpace<string>;
  readonly steps: number;
  /** Of Adam in the first half; it falls to 0 in the second. */
  readonly learningRate: number;
  /** Weight of `(mean square − 1)²` of a normal latent's numbers. */
  readonly prior: number;
  /** Weight of the difference in features. */
  readonly featureWeight: number;
  /** Whether steps are replayed as a program where they can be. */
  readonly capture: boolean;
  /** Told why the search is not replayed as a program after all. */
  readonly onWarning: (message: string) => void;
  /** Makes the backend the current one again, which other code may have changed. */
  activate(): Promise<void>;
}

/** Longest that the event loop waits. */
const SLICE_MS = 20;

/** Keeps features that are all zero from dividing by it. */
const TINY = 1e-8;

/** A search draws no batches. */
const NO_BATCHES = { drawn: 0, read: () => ({}) };

/**
 * Latents that make the generator come near the targets, by Adam from first ones: uniform ones stay in [−1, 1]. The
 * generator stays as it is. On the backend `kallima` a step is captured as a program.
 *
 * @param starts `[rows, …]`
 * @returns of the same shape, for the caller to dispose of.
 */
export async function searchLatents(starts: Tensor, goal: Goal, search: Search): Promise<Tensor> {
  const { generator, features } = goal;
  const { steps, learningRate, space, prior } = search;
  const rows = starts.shape[0]!;
  const latents: Variable = tidy(() => variable(starts));
  // What a captured program reads must be variables.
  const constants = tidy(() => {
    const constant = (value: Tensor) => variable(value, false);
    const wanted = features?.apply(goal.targets);
    return {
      targets: constant(goal.targets),
      ...(goal.condition && { condition: constant(goal.condition) }),
      // Features differ in size from network to network: they are compared in units of their own, unless all are 0.
      ...(wanted && { wanted: constant(wanted), unit: constant(add(mean(square(wanted)), TINY)) }),
    };
  });
  const random = new SeededRandom(0);
  const optimizer = new Optimizer({ kind: 'adam', learningRate }, new Map([['latents', latents]]));
  /** Of each row, summed, so that rows do not depend on each other. */
  const distance = (one: Tensor, other: Tensor) => mul(rows, mean(square(sub(one, other))));

  function loss(): Scalar {
    const { targets, condition, wanted, unit } = constants;
    const made = generator.apply(latents, { condition, random });
    const terms = [distance(made, targets)];
    if (features && wanted && unit) {
      terms.push(mul(search.featureWeight, div(distance(features.apply(made), wanted), unit)));
    }
    if (space.distribution === 'normal' && prior > 0) {
      const axes = space.shape.map((_, axis) => axis + 1);
      terms.push(mul(prior, sum(square(sub(mean(square(latents), axes), 1)))));
    }
    return terms.reduce((total, term) => add(total, term)) as Scalar;
  }

  let factor = 1;
  const play = () =>
    tidy(() => {
      const { value, grads } = variableGrads(loss, [latents]);
      optimizer.update((parameter) => grads[parameter.name], factor);
      if (space.distribution === 'uniform') clipInto(latents, -1, 1);
      return value;
    });
  const backend = search.capture && getBackend() === 'kallima' ? kallimaBackend() : undefined;
  const update = { player: 'invert', noise: random, batches: NO_BATCHES, optimizer, play };
  const captured = backend && new CapturedUpdate(backend, update, search.onWarning, []);
  try {
    let sliceEnd = performance.now() + SLICE_MS;
    for (let step = 0; step < steps; step++) {
      factor = Math.min(1, 2 * (1 - step / steps));
      (captured?.run(factor) ?? play()).dispose();
      if (performance.now() < sliceEnd) continue;
      await yieldToEventLoop();
      await search.activate();
      sliceEnd = performance.now() + SLICE_MS;
    }
    return tidy(() => latents.clone());
  } finally {
    captured?.dispose();
    optimizer.dispose();
    dispose([latents, ...Object.values(constants)]);
  }
}
