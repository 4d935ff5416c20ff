import { grad, memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { OBJECTIVES, objectiveOf } from '../../src/games/objectives/index';
import {
  minimaxDiscriminatorLoss,
  minimaxGeneratorLoss,
  minimaxValue,
} from '../../src/games/objectives/minimax';
import type { Objective } from '../../src/games/objectives/objective';
import { BACKENDS, startBackend } from '../support/backends';

const REAL = [-1.5, 0.25, 0.9, 3];
const FAKE = [0.5, -2, -0.75, 1.25];
const mean = (values: readonly number[], f: (value: number) => number) =>
  values.reduce((sum, value) => sum + f(value), 0) / values.length;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The published formulas, on probabilities where they are meant so. */
const FORMULAS: Record<keyof typeof OBJECTIVES, { discriminator: number; generator: number }> = {
  minimax: {
    discriminator: -(mean(REAL, (x) => Math.log(sigmoid(x))) + mean(FAKE, (x) => Math.log(1 - sigmoid(x)))),
    generator: mean(FAKE, (x) => Math.log(1 - sigmoid(x))),
  },
  nonSaturating: {
    discriminator: -(mean(REAL, (x) => Math.log(sigmoid(x))) + mean(FAKE, (x) => Math.log(1 - sigmoid(x)))),
    generator: -mean(FAKE, (x) => Math.log(sigmoid(x))),
  },
  leastSquares: {
    discriminator: 0.5 * mean(REAL, (x) => (x - 1) ** 2) + 0.5 * mean(FAKE, (x) => x ** 2),
    generator: 0.5 * mean(FAKE, (x) => (x - 1) ** 2),
  },
  hinge: {
    discriminator: mean(REAL, (x) => Math.max(0, 1 - x)) + mean(FAKE, (x) => Math.max(0, 1 + x)),
    generator: -mean(FAKE, (x) => x),
  },
  wasserstein: {
    discriminator: mean(FAKE, (x) => x) - mean(REAL, (x) => x),
    generator: -mean(FAKE, (x) => x),
  },
};

describe.each(BACKENDS)('objectives on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(Object.values(OBJECTIVES))('$kind equals its formula', (objective) => {
    const formula = FORMULAS[objective.kind as keyof typeof OBJECTIVES];
    const before = memory().numTensors;
    tidy(() => {
      const real = tensor(REAL, [4, 1]);
      const fake = tensor(FAKE, [4, 1]);
      const discriminator = objective.discriminatorLoss(real, fake);
      const generator = objective.generatorLoss(fake);
      expect(discriminator.shape).toEqual([]);
      expect(generator.shape).toEqual([]);
      expect(Math.abs(discriminator.dataSync()[0]! - formula.discriminator)).toBeLessThan(1e-6);
      expect(Math.abs(generator.dataSync()[0]! - formula.generator)).toBeLessThan(1e-6);
    });
    expect(memory().numTensors).toBe(before);
  });

  it.each(Object.values(OBJECTIVES))('$kind wants the right things of real and fake scores', (objective) => {
    tidy(() => {
      const real = tensor([0.1, -0.2], [2, 1]);
      const fake = tensor([0.2, -0.1], [2, 1]);
      const toReal = grad((x: Tensor) => objective.discriminatorLoss(x, fake))(real).dataSync();
      const toFake = grad((x: Tensor) => objective.discriminatorLoss(real, x))(fake).dataSync();
      const generator = grad((x: Tensor) => objective.generatorLoss(x))(fake).dataSync();
      // Descending: the discriminator raises real scores, the generator raises fake ones.
      expect(toReal.every((slope) => slope < 0)).toBe(true);
      expect(generator.every((slope) => slope < 0)).toBe(true);
      // Least squares pulls fake scores to 0 from either side; the others push them down.
      const pushed =
        objective.kind === 'leastSquares' ? toFake[0]! > 0 && toFake[1]! < 0 : toFake.every((s) => s > 0);
      expect(pushed).toBe(true);
    });
  });

  it('minimax: the discriminator ascends V and the generator descends it', () => {
    tidy(() => {
      const real = tensor(REAL, [4, 1]);
      const fake = tensor(FAKE, [4, 1]);
      const ofReal = (f: (x: Tensor) => Tensor) => grad(f)(real).dataSync();
      const ofFake = (f: (x: Tensor) => Tensor) => grad(f)(fake).dataSync();
      const ascent = ofReal((x) => minimaxValue(x, fake));
      const loss = ofReal((x) => minimaxDiscriminatorLoss(x, fake));
      const valueByFake = ofFake((x) => minimaxValue(real, x));
      const generator = ofFake(minimaxGeneratorLoss);
      ascent.forEach((slope, i) => {
        // ∂V/∂real = (1 − sigmoid(real)) / N > 0; the loss that is descended has the opposite slope.
        expect(Math.abs(slope - (1 - sigmoid(REAL[i]!)) / 4)).toBeLessThan(1e-6);
        expect(loss[i]).toBe(-slope);
        // The generator's own loss has V's slope itself: −sigmoid(fake) / N.
        expect(Math.abs(valueByFake[i]! + sigmoid(FAKE[i]!) / 4)).toBeLessThan(1e-6);
        expect(Math.abs(generator[i]! - valueByFake[i]!)).toBeLessThan(1e-7);
      });
      const even = tensor([0, 0], [2, 1]);
      expect(Math.abs(minimaxValue(even, even).dataSync()[0]! + 2 * Math.log(2))).toBeLessThan(1e-6);
    });
  });

  it.each(['minimax', 'nonSaturating'] as const)('%s stays finite for sure scores', (name) => {
    const { discriminatorLoss, generatorLoss } = OBJECTIVES[name];
    tidy(() => {
      const high = tensor([200, 500], [2, 1]);
      const low = tensor([-200, -500], [2, 1]);
      expect(discriminatorLoss(low, high).dataSync()[0]).toBe(700);
      expect(discriminatorLoss(high, low).dataSync()[0]).toBe(0);
      const slopes = grad((x: Tensor) => generatorLoss(x))(low).dataSync();
      // Where the minimax generator learns nothing, the other one learns at full slope.
      expect([...slopes].map((slope) => Math.abs(slope))).toEqual(name === 'minimax' ? [0, 0] : [0.5, 0.5]);
    });
  });

  it('scores of patches are averaged too', () => {
    tidy(() => {
      const patches = tensor(REAL, [1, 2, 2, 1]);
      const flat = tensor(REAL, [4, 1]);
      const fake = tensor(FAKE, [1, 2, 2, 1]);
      expect(OBJECTIVES.hinge.discriminatorLoss(patches, fake).dataSync()).toEqual(
        OBJECTIVES.hinge.discriminatorLoss(flat, tensor(FAKE, [4, 1])).dataSync(),
      );
    });
  });

  it.each(Object.values(OBJECTIVES))('$kind refuses scores of different shapes', (objective) => {
    tidy(() => {
      const run = () => objective.discriminatorLoss(tensor(REAL, [4, 1]), tensor([1, 2], [2, 1]));
      expect(run).toThrow(ShapeError);
      expect(run).toThrow(/\[4,1\] and \[2,1\]/);
    });
  });
});

describe('objectiveOf', () => {
  it('takes a name or an objective', () => {
    const own: Objective = {
      kind: 'own',
      discriminatorLoss: minimaxDiscriminatorLoss,
      generatorLoss: minimaxGeneratorLoss,
    };
    expect(objectiveOf('hinge')).toBe(OBJECTIVES.hinge);
    expect(objectiveOf(own)).toBe(own);
  });

  it('names the nearest to an unknown name', () => {
    expect(() => objectiveOf('hing' as 'hinge')).toThrow(ArgumentError);
    expect(() => objectiveOf('leastsquares' as 'hinge')).toThrow(
      /got leastsquares; nearest are leastSquares/,
    );
  });
});
