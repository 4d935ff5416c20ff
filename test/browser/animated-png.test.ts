import { describe, expect, it } from 'vitest';
import { animatedPng } from '../../src/formats/animated-png';

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
