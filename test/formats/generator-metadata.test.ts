import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { type GeneratorMetadata, parseGeneratorMetadata } from '../../src/formats/generator-metadata';

const METADATA: GeneratorMetadata = {
  version: 1,
  game: 'conditional',
  direction: 'sample',
  inputs: [
    { name: 'z', kind: 'latent', shape: [8], distribution: 'normal' },
    { name: 'label', kind: 'class', shape: [], classes: 2, names: ['cat', 'dog'] },
    { name: 'words', kind: 'words', shape: [3], vocabulary: ['', 'red'] },
    {
      name: 'sound',
      kind: 'sound',
      shape: [1, 8, 8],
      settings: { rate: 8000, frames: 8, mels: 8, window: 256, hop: 160, low: 60, high: 4000, range: 60 },
    },
    { name: 'a', kind: 'image', shape: [3, 4, 4], range: [-1, 1] },
    { name: 'pose', kind: 'values', shape: [5] },
  ],
  output: { name: 'image', kind: 'image', shape: [1, 28, 28], range: [-1, 1] },
};

describe('parseGeneratorMetadata', () => {
  it('gives back what was written', () => {
    expect(parseGeneratorMetadata(JSON.stringify(METADATA))).toEqual(METADATA);
  });

  it('gives nothing for a file that has none', () => {
    expect(parseGeneratorMetadata(undefined)).toBeUndefined();
  });

  it('refuses damage and later versions by one kind of error', () => {
    const damaged: unknown[] = [
      null,
      7,
      [],
      { ...METADATA, version: 2 },
      { ...METADATA, game: 3 },
      { ...METADATA, inputs: {} },
      { ...METADATA, inputs: [null] },
      { ...METADATA, inputs: [{ name: 'z', kind: 'toString', shape: [8] }] },
      { ...METADATA, inputs: [{ name: 'z', kind: 'latent', shape: [-8], distribution: 'normal' }] },
      { ...METADATA, inputs: [{ name: 'z', kind: 'latent', shape: [8], distribution: 'cauchy' }] },
      { ...METADATA, inputs: [{ name: 'words', kind: 'words', shape: [2, 2], vocabulary: [''] }] },
      { ...METADATA, output: { ...METADATA.output, range: [1, -1] } },
      { ...METADATA, output: undefined },
    ];
    for (const value of damaged) {
      expect(() => parseGeneratorMetadata(JSON.stringify(value)), JSON.stringify(value)).toThrow(FormatError);
    }
    expect(() => parseGeneratorMetadata('{"version": 1')).toThrow(FormatError);
    expect(() => parseGeneratorMetadata('['.repeat(100_000))).toThrow(FormatError);
  });

  it('takes every part away in turn and never throws anything else', () => {
    const text = JSON.stringify(METADATA);
    for (let at = 0; at < text.length; at += 3) {
      try {
        parseGeneratorMetadata(text.slice(0, at) + text.slice(at + 5));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});
