import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BackendName, chooseBackend } from '../../src/backend/choose';
import type { DataSource } from '../../src/data/source';
import type { ExampleBatch, Game } from '../../src/games/game';
import { installGradients } from '../../src/gradients/index';
import { settingsOf } from '../../src/train/options';
import { TrainState } from '../../src/train/state';
import { IMAGE_GAMES, IMAGES, POINT_GAMES, POINTS } from './games';
import { circle, tinyGame } from './tiny-game';

type Case = readonly [string, BackendName, Game<ExampleBatch, string, string>, DataSource<'x'>];

// Kernels that work in place, where a buffer shared by mistake would show, are on kallima.
const CASES: readonly Case[] = [
  ...POINT_GAMES.map(([name, game]): Case => [`${name} on points`, 'cpu', game, POINTS]),
  ...POINT_GAMES.map(([name, game]): Case => [`${name} on points`, 'kallima', game, POINTS]),
  ...IMAGE_GAMES.map(([name, game]): Case => [`${name} on images`, 'kallima', game, IMAGES]),
  ["a user's game", 'kallima', tinyGame() as Case[2], circle],
];

describe.each(CASES)('an update of %s, %s', (_, backend, game, data) => {
  beforeAll(async () => {
    await chooseBackend({ backend });
    installGradients();
  });

  it('changes what its player owns, and leaves every other weight and statistic to the bit', () => {
    const settings = settingsOf(game, { data, batchSize: 4, averaging: false });
    const state = new TrainState(game, settings, data);
    const snapshot = () =>
      new Map([...state.tensors()].map(([name, value]) => [name, value.dataSync().slice()]));
    const seen = new Set<string>();
    let before = snapshot();
    while (state.round === 0) {
      const tensors = memory().numTensors;
      const { player, loss } = state.update();
      loss.dispose();
      expect(memory().numTensors).toBe(tensors);
      seen.add(player);
      const after = snapshot();
      const changed = [...after.keys()].filter((name) => !same(before.get(name)!, after.get(name)!));
      const owned = game.players[player]!.owns.map((network) => `networks/${network}/`);
      const mine = (name: string) =>
        owned.some((prefix) => name.startsWith(prefix)) || name.startsWith(`optimizers/${player}/`);
      expect(changed.filter((name) => !mine(name))).toEqual([]);
      // A Wasserstein critic's last bias has no gradient, but every kernel does.
      const learning = [...after.keys()].filter(
        (name) => mine(name) && /^networks.*(kernel|mean|variance)$/.test(name),
      );
      expect(changed).toEqual(expect.arrayContaining(learning));
      before = after;
    }
    expect([...seen]).toEqual(Object.keys(game.players));
    state.dispose();
  });
});

/** To the bit: unlike `===` it tells −0 from 0 and finds NaN equal to itself. */
function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(a).every((value, i) => Object.is(value, b[i]));
}
