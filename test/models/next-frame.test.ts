import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { modelConfig, modelFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import { nextFrameModels } from '../../src/models/next-frame';

describe('models of next frames', () => {
  const models = nextFrameModels({ frame: [16, 16, 3], past: 6, width: 2 });

  it('make a frame of a latent and the past, and score it', () => {
    expect(models.generator.condition?.shape).toEqual([16, 16, 6]);
    expect(summarize(models.generator).outputShape).toEqual([16, 16, 3]);
    expect(summarize(models.discriminator).outputShape).toEqual([1]);
    // The last layer sees the sixteen channels it draws with, and the past.
    expect(summarize(models.generator).parameters.get('10/kernel')).toEqual([1, 1, 22, 3]);
  });

  it('are plain data', () => {
    for (const model of Object.values(models)) {
      const again = modelFromConfig(JSON.parse(JSON.stringify(modelConfig(model))));
      expect(modelConfig(again)).toEqual(modelConfig(model));
    }
  });

  it('refuse places that do not fill a frame, and numbers out of range', () => {
    const { generator } = nextFrameModels({ frame: [15, 15, 3], past: 6 });
    expect(() => summarize(generator)).toThrow(ShapeError);
    expect(() => nextFrameModels({ frame: [16, 16, 3], past: 0 })).toThrow(ArgumentError);
  });
});
