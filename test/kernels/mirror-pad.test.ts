import { beforeAll, describe, expect, it } from 'vitest';
import {
  type MirrorPadSettings,
  recordMirrorPad,
  recordMirrorPadGrad,
} from '../../src/program/records/mirror-pad';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

let harnesses: KernelHarness[];
beforeAll(async () => {
  harnesses = await everyHarness();
});

/** Input element that each output shows, found by walking from the border. */
function sourcesOf({ inputShape, paddings, mode }: MirrorPadSettings): number[] {
  let sources = [0];
  inputShape.forEach((size, axis) => {
    const [before, after] = paddings[axis]!;
    const inside = Array.from({ length: size }, (_, i) => i);
    const reversed = [...inside].reverse();
    const left = mode === 'reflect' ? reversed.slice(0, -1) : reversed;
    const right = mode === 'reflect' ? reversed.slice(1) : reversed;
    const line = [...left.slice(left.length - before), ...inside, ...right.slice(0, after)];
    sources = sources.flatMap((outer) => line.map((i) => outer * size + i));
  });
  return sources;
}

const PADDINGS: Omit<MirrorPadSettings, 'mode'>[] = [
  { inputShape: [3], paddings: [[1, 1]] },
  { inputShape: [5], paddings: [[4, 2]] },
  {
    inputShape: [3, 4],
    paddings: [
      [2, 0],
      [0, 3],
    ],
  },
  {
    inputShape: [2, 3, 2, 4, 3],
    paddings: [
      [1, 0],
      [0, 0],
      [1, 1],
      [0, 0],
      [2, 1],
    ],
  },
  {
    inputShape: [2, 3],
    paddings: [
      [0, 0],
      [0, 0],
    ],
  },
  ...[1, 3, 4, 5, 8, 9, 17].map(
    (channels): Omit<MirrorPadSettings, 'mode'> => ({
      inputShape: [2, 4, 5, channels],
      paddings: [
        [0, 0],
        [3, 2],
        [1, 3],
        [0, 0],
      ],
    }),
  ),
  {
    inputShape: [2, 33, 34, 7],
    paddings: [
      [0, 0],
      [3, 3],
      [3, 3],
      [0, 0],
    ],
  },
];
const CASES = (['reflect', 'symmetric'] as const).flatMap((mode) =>
  PADDINGS.map((padding): MirrorPadSettings => ({ ...padding, mode })),
);
const named = CASES.map(
  (settings) =>
    [`${settings.mode} [${settings.inputShape}] by ${JSON.stringify(settings.paddings)}`, settings] as const,
);

describe('mirrorPad', () => {
  it.each(named)('%s', (_, settings) => {
    const sources = sourcesOf(settings);
    const x = noise(settings.inputShape.reduce((a, b) => a * b));
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(sources.length);
      recordMirrorPad(harness, { y: pointer, x: harness.put(x) }, settings);
      return [harness.get(pointer, sources.length)];
    })) {
      const expected = sources.map((source) => x[source]!);
      expect(maxError(y!, expected)).toBe(0);
    }
  });
});

describe('mirrorPad gradient', () => {
  it.each(named)('%s sums what shows each element', (_, settings) => {
    const sources = sourcesOf(settings);
    const dy = noise(sources.length);
    const expected = new Float64Array(settings.inputShape.reduce((a, b) => a * b));
    sources.forEach((source, i) => {
      expected[source]! += dy[i]!;
    });
    for (const [dx] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(expected.length);
      recordMirrorPadGrad(harness, { dx: pointer, dy: harness.put(dy) }, settings);
      return [harness.get(pointer, expected.length)];
    })) {
      expect(maxError(dx!, expected)).toBeLessThan(2e-6);
    }
  });

  it.each([
    ['reflect', [1, 3, 1]],
    ['symmetric', [2, 1, 2]],
  ] as const)('of a sum, %s, one on each side of three, is %j', (mode, expected) => {
    const settings: MirrorPadSettings = { inputShape: [3], paddings: [[1, 1]], mode };
    for (const [dx] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(3);
      recordMirrorPadGrad(harness, { dx: pointer, dy: harness.put([1, 1, 1, 1, 1]) }, settings);
      return [harness.get(pointer, 3)];
    })) {
      expect([...dx!]).toEqual(expected);
    }
  });
});
