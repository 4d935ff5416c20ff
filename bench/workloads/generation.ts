import * as tf from '@tensorflow/tfjs-core';
import { buildNetwork } from '../../src/index';
import { forwardFlops } from '../flops';
import { generatorModel } from '../peers/onnx-models';
import { uniformValues } from './inputs';
import { DCGAN64, dcgan64 } from './networks';
import { prepareFunction } from './prepare-function';
import type { Workload } from './workload';

const LATENT = 100;
const SEED = 1;

/** dcgan64's generator, from latents to images by running statistics. */
function generation(batch: number): Workload {
  const shape = [batch, LATENT];
  const build = () => buildNetwork(dcgan64().generator, 'generator', SEED);
  return {
    name: `generate64-${batch}`,
    title: `${batch === 1 ? 'one image' : `${batch} images`} 64×64×3 from DCGAN`,
    batch,
    flops: batch * forwardFlops(DCGAN64.generator),
    capturable: true,
    onnx: () => {
      const network = build();
      const model = generatorModel(network, batch);
      network.dispose();
      return { model, inputs: { z: { data: uniformValues(shape, 0), shape } } };
    },
    prepare(options) {
      const network = build();
      const z = tf.tensor(uniformValues(shape, 0), shape);
      const work = (latents: tf.Tensor) => [network.apply(latents)];
      return prepareFunction({ work, inputs: [z], dispose: () => network.dispose() }, options);
    },
  };
}

/** The inference rows. */
export const GENERATION_WORKLOADS: readonly Workload[] = [generation(1), generation(64)];
