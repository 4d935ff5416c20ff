import { describe, expect, it } from 'vitest';
import { loadGenerator, toRgba } from '../../src/generator';
import { animatedPng, latentDirections, toAnimatedPng, walk } from '../../src/latent';

const SIDE = 8;
const COLOURS = ['#f00', '#0f0', '#00f'];

/** A PNG of one colour, as a page makes it. */
async function still(colour: string): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, SIDE, SIDE);
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

describe('an animated PNG of canvases', () => {
  it('is what the browser plays: its frames, colours, delay and number of plays', async () => {
    const data = animatedPng(await Promise.all(COLOURS.map(still)), { delay: 120, plays: 3 });
    const decoder = new ImageDecoder({ data, type: 'image/png' });
    await decoder.completed;
    await decoder.tracks.ready;
    expect(decoder.tracks.selectedTrack).toMatchObject({ animated: true, frameCount: 3, repetitionCount: 2 });
    const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d')!;
    const seen: number[][] = [];
    for (let frameIndex = 0; frameIndex < COLOURS.length; frameIndex++) {
      const { image } = await decoder.decode({ frameIndex });
      expect(image.duration).toBe(120_000);
      context.drawImage(image, 0, 0);
      image.close();
      seen.push([...context.getImageData(3, 3, 1, 1).data]);
    }
    expect(seen).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
    ]);
  });
});

describe('a walk of a generator', () => {
  it('is played by the browser, frame by frame as the generator draws it', async () => {
    const generator = await loadGenerator(new URL('../fixtures/onnx/dcgan.onnx', import.meta.url));
    const latents = walk([generator.latent(1), generator.latent(2)], 6);
    const images = await generator.sample({ latent: latents });
    const [direction] = await latentDirections(generator, { count: 1 });
    const moved = await generator.sample({ latent: latents[0]!.move(direction!, 2) });
    expect(moved.data).not.toEqual(images.data.slice(0, moved.data.length));
    generator.dispose();
    const decoder = new ImageDecoder({ data: await toAnimatedPng(images), type: 'image/png' });
    await decoder.completed;
    await decoder.tracks.ready;
    expect(decoder.tracks.selectedTrack?.frameCount).toBe(6);
    const [, height = 0, width = 0] = images.shape;
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    for (let frameIndex = 0; frameIndex < 6; frameIndex++) {
      const { image } = await decoder.decode({ frameIndex });
      context.drawImage(image, 0, 0);
      image.close();
      expect(context.getImageData(0, 0, width, height).data).toEqual(toRgba(images, frameIndex));
    }
  });
});
