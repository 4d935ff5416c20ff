import { describe, expect, it } from 'vitest';
import { WORKLOADS } from '../../bench/workloads/index';

// Multiply-adds by hand, for one example.
const CONV_28_OUTER = 14 * 14 * 16 * 1 * 64;
const CONV_28_INNER = 7 * 7 * 16 * 64 * 128;
const G28 = 100 * 6272 + CONV_28_INNER + CONV_28_OUTER;
const D28 = CONV_28_OUTER + CONV_28_INNER + 6272;

const CONV_64_INNER = 3 * 16 * 16 * 16 * 64 * 128;
const G64 = 100 * 8192 + CONV_64_INNER + 32 * 32 * 16 * 64 * 3;
const D64 = 32 * 32 * 16 * 3 * 64 + CONV_64_INNER + 8192;

/** Vectors of 50 for a class, beside the latent and beside each of 7 × 7 positions. */
const G28_CLASS = G28 + 50 * 6272;
const D28_CLASS = D28 + 49 * 178 * 128;

/** D judges three batches; the generator's update goes back to all its inputs, the class's vectors among them. */
const conditional = (g: number, d: number, dFirst: number): number =>
  g + 3 * (3 * d - dFirst) + (3 * g + 2 * d);

const CYCLE_INNER = 12 * 256 * 9 * 128 * 128 + 2 * (256 * 9 * 64 * 128 + 1024 * 9 * 32 * 64);
const CYCLE_END = 4096 * 49 * 3 * 32;
const CYCLE_G = CYCLE_INNER + 2 * CYCLE_END;
const CYCLE_D = 1024 * 16 * 3 * 32 + 256 * 16 * 32 * 64 + 225 * 16 * 64 * 128 + 196 * 16 * 128;

/** Six translations forward and back, two of them to their input; D forward and back; then D on four images. */
const cycle = (g: number, gFirst: number, d: number, dFirst: number): number =>
  6 * 3 * g - 4 * gFirst + 2 * 2 * d + 4 * (3 * d - dFirst);

const MLP_HIDDEN = 2 * 512 * 512;
const MLP_G = 2 * 512 + MLP_HIDDEN + 512 * 2;
const MLP_D = 2 * 512 + MLP_HIDDEN + 512;

/** Forward of G; forward, weights and inner inputs of D, twice. Then both forward, D back to the image, G back. */
const gan = (g: number, gFirst: number, d: number, dFirst: number): number =>
  g + 2 * (3 * d - dFirst) + (g + 2 * d + 2 * g - gFirst);

/** Forward of G, D forward and back twice; the penalty: forward, back, weights, forward up to the last layer. */
const critic = (g: number, d: number, dFirst: number, dLast: number): number =>
  g + 2 * (3 * d - dFirst) + 4 * d - dLast;

const mlp = (batch: number): number =>
  batch * (critic(MLP_G, MLP_D, 2 * 512, 512) + (MLP_G + 2 * MLP_D + 2 * MLP_G - 2 * 512));

describe("the rows' work", () => {
  it.each([
    ['gemm1024', 1024 ** 3],
    ['conv-k4s2', 3 * 64 * 256 * 16 * 64 * 128],
    ['convt-k4s2-forward', 64 * 256 * 16 * 64 * 128],
    ['dcgan28', 64 * gan(G28, 100 * 6272, D28, CONV_28_OUTER)],
    ['wgan-gp28-critic', 64 * critic(G28, D28, CONV_28_OUTER, 6272)],
    ['conditional28', 64 * conditional(G28_CLASS, D28_CLASS, CONV_28_OUTER)],
    ['cyclegan64', cycle(CYCLE_G, CYCLE_END, CYCLE_D, 1024 * 16 * 3 * 32)],
    ['dcgan64', 32 * gan(G64, 100 * 8192, D64, 32 * 32 * 16 * 3 * 64)],
    ['mlp2d', mlp(256)],
    ['mlp2d-16', mlp(16)],
    ['generate64-1', G64],
    ['generate64-64', 64 * G64],
  ])('is what hand calculation gives for %s', (name, multiplyAdds) => {
    expect(WORKLOADS.find((row) => row.name === name)?.flops).toBe(2 * multiplyAdds);
  });

  it('has a name of its own in each row', () => {
    expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(12);
  });
});
