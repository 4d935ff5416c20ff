import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LocalPainter } from '../../src/element/local-painter';
import { UnsupportedError } from '../../src/errors';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { loadGenerator, toRgba } from '../../src/generator';
import { drawnHere, pictureModel } from '../web/support/model';

describe('what an element draws with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kallima-painter-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileOf = (bytes: Uint8Array): string => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, bytes);
    return path;
  };

  it('draws seeds, and along the arc from any latent to one', async () => {
    const model = pictureModel();
    const painter = new LocalPainter();
    expect(await painter.load(fileOf(model))).toEqual({ morphs: true });
    const generator = await loadGenerator(model);
    const first = await painter.draw({ seed: 7, t: 1 });
    expect(Array.from(first.pixels)).toEqual((await drawnHere(model, { seed: 7 })).pixels);
    expect(first.latent).toEqual(generator.latent(7).values);
    const between = await painter.draw({ seed: 8, from: first.latent, t: 0.3 });
    const latent = generator.latent(7).slerp(generator.latent(8), 0.3);
    expect(between.latent).toEqual(latent.values);
    expect(between.pixels).toEqual(toRgba(await generator.sample({ latent })));
    expect((await painter.draw({ seed: 8, from: first.latent, t: 1 })).latent).toEqual(
      generator.latent(8).values,
    );
    generator.dispose();
    painter.close();
  });

  it('refuses models that start from an image, or make none', async () => {
    const translator = new OnnxBuilder();
    const x = translator.input('x', [1, 3, 8, 8]);
    translator.output(translator.node('Tanh', [x]), [1, 3, 8, 8]);
    const points = new OnnxBuilder();
    points.output(points.node('Tanh', [points.input('z', [1, 2])]), [1, 2]);
    for (const [graph, message] of [
      [translator, /starts from an image; use loadGenerator\(src\) and apply\(image\)/],
      [points, /must be a model that draws images, got one that makes values/],
    ] as const) {
      const refused = new LocalPainter().load(fileOf(graph.toBytes()));
      await expect(refused).rejects.toThrow(UnsupportedError);
      await expect(refused).rejects.toThrow(message);
    }
  });
});
