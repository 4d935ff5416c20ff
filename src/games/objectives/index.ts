import { ArgumentError } from '../../errors';
import { nearestNames } from '../../util/names';
import { hinge } from './hinge';
import { leastSquares } from './least-squares';
import { minimax } from './minimax';
import { nonSaturating } from './non-saturating';
import type { Objective } from './objective';
import { wasserstein } from './wasserstein';

/** The objectives by name. */
export const OBJECTIVES = { minimax, nonSaturating, leastSquares, hinge, wasserstein } as const;

export type ObjectiveName = keyof typeof OBJECTIVES;

/**
 * The objective of that name; an objective itself is returned as it is.
 *
 * @throws {ArgumentError} if the name is unknown.
 */
export function objectiveOf(objective: ObjectiveName | Objective): Objective {
  if (typeof objective === 'object' && objective !== null) return objective;
  if (!Object.hasOwn(OBJECTIVES, objective)) {
    const near = nearestNames(String(objective), Object.keys(OBJECTIVES));
    throw new ArgumentError(
      `gan: objective must be a known name or an objective, got ${String(objective)}; nearest are ${near.join(', ')}`,
    );
  }
  return OBJECTIVES[objective];
}
