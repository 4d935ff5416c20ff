import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { layerFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import { soundCondition, soundEncoder } from '../../src/models/sound-encoder';

const shapeOf = (options: Parameters<typeof soundEncoder>[0], inputShape = [32, 32, 1]) =>
  summarize({ inputShape, layer: soundEncoder(options) }).outputShape;

describe('soundEncoder', () => {
  it('makes a vector of any spectrogram with axes of at least 8', () => {
    expect(shapeOf({})).toEqual([32]);
    expect(shapeOf({ units: 7, width: 3 }, [21, 40, 1])).toEqual([7]);
    expect(shapeOf({}, [8, 8, 2])).toEqual([32]);
    expect(() => shapeOf({}, [4, 32, 1])).toThrow(ShapeError);
    expect(() => shapeOf({}, [32])).toThrow(/must be \[height, width, channels\]/);
  });

  it('drops, normalises and widens as told', () => {
    const kinds = (options: Parameters<typeof soundEncoder>[0]) =>
      JSON.stringify(soundEncoder(options).config);
    expect(kinds({})).toMatch(/batchNorm.*"rate":0.3/);
    expect(kinds({ normalization: 'none', dropout: 0 })).not.toMatch(/batchNorm/);
    expect(kinds({ normalization: 'spectral' })).toMatch(/spectralNorm/);
    expect(kinds({ width: 5 })).toMatch(/"filters":5.*"filters":10.*"filters":20/);
  });

  it('is a condition of its own shape', () => {
    const condition = soundCondition({ frames: 20, mels: 16, units: 4, dropout: 0 });
    expect(condition.shape).toEqual([20, 16, 1]);
    expect(condition.classes).toBeUndefined();
    expect(condition.layer!.config).toEqual(soundEncoder({ units: 4, dropout: 0 }).config);
    expect(() => soundCondition({ mels: 7 })).toThrow(/mels must be an integer of at least 8, got 7/);
  });

  it('comes back from its config', () => {
    const { config } = soundEncoder({ units: 5, normalization: 'layer' });
    expect(layerFromConfig(JSON.parse(JSON.stringify(config))).config).toEqual(config);
  });

  it('refuses numbers out of range', () => {
    expect(() => soundEncoder({ units: 0 })).toThrow(ArgumentError);
    expect(() => soundEncoder({ width: 1.5 })).toThrow(/soundEncoder: width/);
    expect(() => soundEncoder({ dropout: 1 })).toThrow(/rate/);
  });
});
