import {
  type ConditionalDcganModels,
  classCondition,
  conditionalDcgan,
  type DcganModels,
  dcgan,
  type Model,
  mlp,
  patchDiscriminator,
  resnetGenerator,
} from '../../src/index';
import { convFlops, denseFlops, type NetworkFlops } from '../flops';

/** The networks of the reference workloads, and their work for one example. */
export interface Pair {
  readonly generator: NetworkFlops;
  /** Discriminator or critic. */
  readonly opponent: NetworkFlops;
}

export const dcgan28 = (): DcganModels => dcgan({ size: 28 });

export const DCGAN28: Pair = {
  generator: [denseFlops(100, 7 * 7 * 128), convFlops(7 * 7, 4, 128, 64), convFlops(14 * 14, 4, 64, 1)],
  opponent: [convFlops(14 * 14, 4, 1, 64), convFlops(7 * 7, 4, 64, 128), denseFlops(7 * 7 * 128, 1)],
};

/** Classes, and the length of the vector that each network learns for a class. */
export const CLASSES = 10;
const CLASS_UNITS = 50;

export const conditionalDcgan28 = (): ConditionalDcganModels =>
  conditionalDcgan({ size: 28, condition: classCondition({ classes: CLASSES, units: CLASS_UNITS }) });

export const CONDITIONAL28: Pair = {
  generator: [denseFlops(100 + CLASS_UNITS, 7 * 7 * 128), ...DCGAN28.generator.slice(1)],
  opponent: [
    ...DCGAN28.opponent.slice(0, 2),
    convFlops(7 * 7, 1, 128 + CLASS_UNITS, 128),
    denseFlops(7 * 7 * 128, 1),
  ],
};

export const dcgan64 = (): DcganModels => dcgan({ size: 64, channels: 3 });

export const DCGAN64: Pair = {
  generator: [
    denseFlops(100, 4 * 4 * 512),
    convFlops(4 * 4, 4, 512, 256),
    convFlops(8 * 8, 4, 256, 128),
    convFlops(16 * 16, 4, 128, 64),
    convFlops(32 * 32, 4, 64, 3),
  ],
  opponent: [
    convFlops(32 * 32, 4, 3, 64),
    convFlops(16 * 16, 4, 64, 128),
    convFlops(8 * 8, 4, 128, 256),
    convFlops(4 * 4, 4, 256, 512),
    denseFlops(4 * 4 * 512, 1),
  ],
};

/** Translators of 64×64 images, and judges of patches of 34×34. */
export const translator64 = (): Model => resnetGenerator({ size: 64, width: 32 });
export const patchJudge64 = (): Model =>
  patchDiscriminator({ size: 64, width: 32, layers: 2, normalization: 'instance' });

export const CYCLEGAN64: Pair = {
  generator: [
    convFlops(64 * 64, 7, 3, 32),
    convFlops(32 * 32, 3, 32, 64),
    convFlops(16 * 16, 3, 64, 128),
    ...Array.from({ length: 2 * 6 }, () => convFlops(16 * 16, 3, 128, 128)),
    convFlops(16 * 16, 3, 128, 64),
    convFlops(32 * 32, 3, 64, 32),
    convFlops(64 * 64, 7, 32, 3),
  ],
  opponent: [
    convFlops(32 * 32, 4, 3, 32),
    convFlops(16 * 16, 4, 32, 64),
    convFlops(15 * 15, 4, 64, 128),
    convFlops(14 * 14, 4, 128, 1),
  ],
};

const HIDDEN = 512;

const points = (outputs: number): Model => mlp({ inputs: 2, hidden: [HIDDEN, HIDDEN, HIDDEN], outputs });

export const mlp2d = (): { generator: Model; critic: Model } => ({
  generator: points(2),
  critic: points(1),
});

const mlpFlops = (outputs: number): NetworkFlops => [
  denseFlops(2, HIDDEN),
  denseFlops(HIDDEN, HIDDEN),
  denseFlops(HIDDEN, HIDDEN),
  denseFlops(HIDDEN, outputs),
];

export const MLP2D: Pair = { generator: mlpFlops(2), opponent: mlpFlops(1) };
