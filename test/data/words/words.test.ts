import { describe, expect, it } from 'vitest';
import { encodeCaption, readWords } from '../../../src/data/words/encode';
import { tokenize } from '../../../src/data/words/tokenize';
import { buildVocabulary } from '../../../src/data/words/vocabulary';
import { ArgumentError, DataError } from '../../../src/errors';

describe('tokenize', () => {
  it.each([
    ['Red eyes, BLUE hair!', ['red', 'eyes', 'blue', 'hair']],
    ['twin-tails/buns (two)', ['twin', 'tails', 'buns', 'two']],
    ["o’clock isn't 'quoted'", ["o'clock", "isn't", 'quoted']],
    ['Cafe\u0301 caf\u00e9 rouge\u00a0vif', ['caf\u00e9', 'caf\u00e9', 'rouge', 'vif']],
    ['ΌΣΟΣ Straße नीले बाल 赤い目、青い髪', ['όσος', 'straße', 'नीले', 'बाल', '赤い目', '青い髪']],
    ['😀 1+1=2 \ud800', ['😀', '1', '+', '1', '=', '2']],
    [' \t,;— …', []],
  ])('takes %j apart', (text, words) => {
    expect(tokenize(text)).toEqual(words);
  });
});

describe('buildVocabulary', () => {
  const captions = ['blue hair', 'Red eyes, blue hair', 'red lips'];

  it('has the padding first, then frequent words, whatever the order of the captions', () => {
    const words = ['', 'blue', 'hair', 'red', 'eyes', 'lips'];
    expect(buildVocabulary(captions)).toEqual(words);
    expect(buildVocabulary([...captions].reverse())).toEqual(words);
  });

  it('leaves rare words out where asked', () => {
    expect(buildVocabulary(captions, { maxWords: 2 })).toEqual(['', 'blue', 'hair']);
    expect(buildVocabulary(captions, { minCount: 2 })).toEqual(['', 'blue', 'hair', 'red']);
    expect(buildVocabulary(captions, { minCount: 2, maxWords: 4 })).toEqual(['', 'blue', 'hair', 'red']);
  });

  it('refuses captions without words, and options out of range', () => {
    expect(() => buildVocabulary(['', '…'])).toThrow(DataError);
    expect(() => buildVocabulary(captions, { minCount: 3 })).toThrow(
      new DataError(
        'buildVocabulary: captions must hold a word at least 3 times, got 5 different words, none so often',
      ),
    );
    expect(() => buildVocabulary(captions, { maxWords: 0 })).toThrow(ArgumentError);
    expect(() => buildVocabulary(captions, { minCount: 1.5 })).toThrow(ArgumentError);
  });
});

describe('a caption', () => {
  const vocabulary = ['', 'red', 'eyes', 'blue', 'hair', 'constructor'];

  it('becomes the numbers of its words and padding', () => {
    for (const read of [encodeCaption, readWords]) {
      const numbers = read({ vocabulary, length: 6 }, 'Blue hair, red eyes');
      expect(numbers).toEqual(Int32Array.of(3, 4, 1, 2, 0, 0));
      expect(read({ vocabulary, length: 2 }, 'constructor eyes')).toEqual(Int32Array.of(5, 2));
    }
  });

  it('of a data set loses unknown words and what is too much', () => {
    expect(encodeCaption({ vocabulary, length: 3 }, 'her very red eyes')).toEqual(Int32Array.of(1, 2, 0));
    expect(encodeCaption({ vocabulary, length: 2 }, 'red eyes red hair')).toEqual(Int32Array.of(1, 2));
    expect(encodeCaption({ vocabulary, length: 2 }, '')).toEqual(Int32Array.of(0, 0));
  });

  it('that a person wrote names the unknown word and the nearest known one', () => {
    expect(() => readWords({ vocabulary, length: 6 }, 'red eyez, blue hair')).toThrow(
      new ArgumentError(
        "readWords: words must be among the 5 of the vocabulary, got 'eyez'; nearest are eyes, red, blue",
      ),
    );
    expect(() => readWords({ vocabulary: ['', 'a'], length: 6 }, `b\u2028\n${'x'.repeat(999)}`)).toThrow(
      new ArgumentError("readWords: words must be among the 1 of the vocabulary, got 'b'; nearest are a"),
    );
    expect(() => readWords({ vocabulary, length: 6 }, '__proto__')).toThrow(/got 'proto'/);
  });

  it('that a person wrote must hold a word and no more than the length', () => {
    expect(() => readWords({ vocabulary, length: 6 }, ' , ')).toThrow(
      new ArgumentError("readWords: a caption must hold at least one word, got ' , '"),
    );
    expect(() => readWords({ vocabulary, length: 3 }, 'red eyes, blue hair')).toThrow(
      new ArgumentError(
        "readWords: a caption must have at most 3 words, got 4 in 'red eyes, blue hair'; shorten it",
      ),
    );
  });
});
