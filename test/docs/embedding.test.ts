import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KallimaGenerator } from '../../src/element';
import { OPERATORS } from '../../src/generator/graph/operators';

describe('docs/embedding.md', () => {
  const text = readFileSync('docs/embedding.md', 'utf8');

  it('lists the operators that load, in order', () => {
    const [, list = ''] = /<!-- operators -->([\s\S]*?)<!-- \/operators -->/.exec(text) ?? [];
    const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(OPERATORS).sort());
  });

  it('lists the attributes of the element, which can be imported where there is no page', () => {
    const rows = [...text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) => cell!.match(/\w+/g));
    expect(rows.filter((name) => name !== 'pixelated')).toEqual(KallimaGenerator.observedAttributes);
  });
});
