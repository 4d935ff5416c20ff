import { UnsupportedError } from '../errors';
import type { Generator } from '../generator/generator';
import { toRgba } from '../generator/image';
import { loadGenerator } from '../generator/load';
import { Latent } from '../latent/latent';
import type { Drawn, DrawRequest, Loaded, Painter } from './painter';

/** Draws on the thread that it is called on. */
export class LocalPainter implements Painter {
  readonly inWorker = false;
  private generator: Generator | undefined;
  private morphs = false;

  /**
   * @throws {UnsupportedError} if the model makes no images, or starts from one.
   * @see loadGenerator for what else can be wrong.
   */
  async load(src: string): Promise<Loaded> {
    const generator = await loadGenerator(src);
    const kinds = generator.inputs.map(({ kind }) => kind);
    const wrong = kinds.includes('image')
      ? 'one that starts from an image; use loadGenerator(src) and apply(image)'
      : generator.output.kind !== 'image' && `one that makes ${generator.output.kind}`;
    if (wrong) {
      generator.dispose();
      throw new UnsupportedError(`kallima-generator: src must be a model that draws images, got ${wrong}`);
    }
    this.generator = generator;
    this.morphs = kinds.includes('latent');
    return { morphs: this.morphs };
  }

  async draw({ seed, given, from, t }: DrawRequest): Promise<Drawn> {
    const generator = this.generator!;
    let latent = this.morphs ? generator.latent(seed) : undefined;
    if (latent && from && t < 1) {
      const { distribution } = latent;
      latent = new Latent(from, distribution).towards(latent, t);
    }
    const image = await generator.sample({ seed, latent, given });
    const [, height = 0, width = 0] = image.shape;
    return { pixels: toRgba(image), width, height, latent: latent?.values };
  }

  close(): void {
    this.generator?.dispose();
  }
}
