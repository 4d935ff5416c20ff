import type { Draws } from '../draws';

/** Everything is drawn about this vertical line and chin, in pixels, before a face's own changes. */
const AXIS = 16;
const CHIN_Y = 26.8;

/** Proportions of one face, in pixels. */
export interface Build {
  /** Where its middle line is. */
  readonly x: number;
  /** How far it is moved down. */
  readonly y: number;
  /** Half the width of the face. */
  readonly cheek: number;
  /** Height of the chin. */
  readonly chin: number;
  /** Half the width of the hair. */
  readonly skull: number;
  /** Height of the crown. */
  readonly crown: number;
  /** The side that lies in shadow: −1 left, 1 right. */
  readonly light: number;
}

/** A new face's proportions: six lengths, then the light. */
export function drawnBuild(draws: Draws): Build {
  return {
    x: AXIS + draws.between(-0.5, 0.5),
    y: draws.between(-0.5, 0.5),
    cheek: draws.between(7.6, 8.4),
    chin: CHIN_Y + draws.between(-0.5, 0.5),
    skull: draws.between(9.9, 10.7),
    crown: draws.between(2.4, 3.4),
    light: draws.unit() < 0.5 ? -1 : 1,
  };
}
