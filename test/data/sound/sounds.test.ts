import { describe, expect, it } from 'vitest';
import { logMel, soundMeaning } from '../../../src/data/sound/log-mel';
import { readSound, soundData } from '../../../src/data/sound/sounds';
import { ArgumentError, DataError, FormatError } from '../../../src/errors';
import { writeWav } from '../../../src/formats/wav';

const tone = (hertz: number, rate = 8000): Float32Array =>
  Float32Array.from({ length: rate * 0.3 }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hertz * i) / rate));
const file = (path: string, hertz: number, rate = 8000) => ({
  path,
  read: () => writeWav({ rate, samples: tone(hertz, rate) }),
});

const spoken = [
  file('recordings/1_ada_0.wav', 400),
  file('recordings/0_ada_0.wav', 300),
  file('recordings/0_bob_1.WAV', 900, 44_100),
  { path: 'recordings/readme.txt', read: () => new Uint8Array(3) },
  { path: '.hidden/2_x_0.wav', read: () => new Uint8Array(3) },
];

describe('soundData', () => {
  it('reads WAV files in the order of their names, labels before the first _', async () => {
    const source = await soundData(spoken, 'digits');
    expect(source.size).toBe(3);
    expect(source.shapes).toEqual({ sound: [32, 32, 1], label: [] });
    expect(source.classes).toEqual(['0', '1']);
    expect(source.meanings).toEqual({ sound: soundMeaning() });
    const { sound, label } = source.read([0, 1, 2]);
    expect([...label!.data]).toEqual([0, 0, 1]);
    const expected = logMel(soundMeaning())({ rate: 8000, samples: tone(300) });
    // What 16 bits keep of it.
    expected.forEach((value, i) => {
      expect(Math.abs(sound!.data[i]! - value)).toBeLessThan(0.05);
    });
  });

  it('takes labels from folders where there are some', async () => {
    const files = [file('no/a.wav', 300), file('yes/a.wav', 400), file('yes/b_1.wav', 500)];
    const source = await soundData(files, 'answers');
    expect(source.classes).toEqual(['no', 'yes']);
    expect([...source.read([0, 1, 2]).label!.data]).toEqual([0, 1, 1]);
  });

  it('has no labels where the names have none', async () => {
    const source = await soundData([file('a.wav', 300), file('b_1.wav', 300)], 'sounds');
    expect(Object.keys(source.shapes)).toEqual(['sound']);
    expect(source.classes).toBeUndefined();
  });

  it('has variants after the sounds, the same each time', async () => {
    const augment = { copies: 2, seed: 4 };
    const [plain, first, again] = await Promise.all([
      soundData(spoken, 'digits'),
      soundData(spoken, 'digits', { augment }),
      soundData(spoken, 'digits', { augment }),
    ]);
    expect(first.size).toBe(9);
    const all = Array.from({ length: 9 }, (_, i) => i);
    const { sound, label } = first.read(all);
    expect([...label!.data]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
    expect(again.read(all)).toEqual({ sound, label });
    expect(first.read([0, 1, 2]).sound!.data).toEqual(plain.read([0, 1, 2]).sound!.data);
    const distance = (a: number, b: number) => {
      const [x, y] = [first.read([a]).sound!.data, first.read([b]).sound!.data];
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]! - y[i]!);
      return sum / x.length;
    };
    // Other than the sound, and than each other.
    for (const [a, b] of [
      [0, 3],
      [0, 6],
      [3, 6],
    ] as const) {
      expect(distance(a, b)).toBeGreaterThan(0.01);
    }
    const other = await soundData(spoken, 'digits', { augment: { copies: 2, seed: 5 } });
    expect(other.read([3]).sound!.data).not.toEqual(first.read([3]).sound!.data);
  });

  it('varies nothing where all is 0 and noise is far below', async () => {
    const augment = { copies: 1, speed: 0, shift: 0, noise: 200 };
    const source = await soundData([spoken[0]!], 'one', { augment });
    const [x, y] = [source.read([0]).sound!.data, source.read([1]).sound!.data];
    x.forEach((value, i) => {
      expect(Math.abs(value - y[i]!)).toBeLessThan(1e-3);
    });
  });

  it('names a file that cannot be read, and refuses a set without sounds', async () => {
    const broken = [
      { path: 'a/7_x_1.wav', read: () => writeWav({ rate: 8000, samples: tone(300) }).subarray(0, 99) },
    ];
    await expect(soundData(broken, 'digits.zip')).rejects.toThrow(FormatError);
    await expect(soundData(broken, 'digits.zip')).rejects.toThrow(
      /'digits.zip\/a\/7_x_1.wav' must hold 4800 bytes in its chunk 'data', got 55; the file is cut short/,
    );
    await expect(soundData([spoken[3]!], 'digits')).rejects.toThrow(DataError);
    await expect(soundData(spoken, 'digits', { mels: 0 })).rejects.toThrow(ArgumentError);
    await expect(soundData(spoken, 'digits', { augment: { copies: 1, speed: 2 } })).rejects.toThrow(
      /augment: speed must be a number in \[0, 0.5\], got 2/,
    );
  });
});

describe('readSound', () => {
  it('gives what the column of that meaning holds', async () => {
    const options = { frames: 20, mels: 16 };
    const source = await soundData(spoken, 'digits', options);
    const values = readSound(source.meanings!.sound as ReturnType<typeof soundMeaning>, spoken[1]!.read());
    expect(values).toEqual(source.read([0]).sound!.data);
  });

  it('names what is no sound', () => {
    expect(() => readSound(soundMeaning(), Uint8Array.of(1), 'my.wav')).toThrow(
      new FormatError("readWav: 'my.wav' must start with RIFF and WAVE, got other bytes"),
    );
  });
});
