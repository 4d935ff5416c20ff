import { ArgumentError, DisposedError, ShapeError, UnsupportedError } from '../errors';
import {
  GENERATOR_METADATA_KEY,
  type GeneratorInput,
  type GeneratorMetadata,
  type GeneratorOutput,
  parseGeneratorMetadata,
} from '../formats/generator-metadata';
import type { OnnxModel } from '../formats/onnx/model';
import { type Latent, latentsOf } from '../latent/latent';
import type { InferenceHost } from '../program/inference-program';
import { requireInteger } from '../util/require';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import { brief } from '../util/text';
import { countOf, type DrawOptions, type Examples, examplesOf } from './feeds';
import { CompiledGraph, type Result } from './graph/compiled';
import { laid, type RawTensor } from './graph/reorder';
import { toolboxOf } from './graph/toolbox';
import type { Toolbox } from './graph/tools';
import { channelsLast, rowMajor } from './graph/value';
import { type GeneratedImage, type ImageSource, toRgba } from './image';
import { checkCount, drawOf } from './limits';
import { inputsOf, outputOf } from './ports';

export interface GeneratorOptions {
  /** Values of the output that are black and white, where the file does not say; default by its last operator. */
  readonly range?: readonly [number, number];
  /** What latents are drawn from, where the file does not say; default `normal`. */
  readonly latent?: 'normal' | 'uniform';
  /** Most memory that it may use, in bytes; default 1 GiB. */
  readonly maximumBytes?: number;
}

/** Examples that are drawn at once. */
const MOST_AT_ONCE = 16;
/** Programs that are kept, each for other input shapes. */
const MOST_PROGRAMS = 4;
/** A canvas that can be drawn on. */
type Canvas = HTMLCanvasElement | OffscreenCanvas;

/** A trained generator, ready to draw. Made by {@link loadGenerator}. */
export class Generator {
  /** What the file says of itself, if it was exported by this package. */
  readonly metadata: GeneratorMetadata | undefined;
  readonly inputs: readonly GeneratorInput[];
  readonly output: GeneratorOutput;
  private readonly programs = new Map<string, CompiledGraph>();
  private tools: Toolbox | undefined;
  private disposed = false;

  constructor(
    private readonly host: InferenceHost,
    /** The graph as the file has it. */
    readonly model: OnnxModel,
    options: GeneratorOptions = {},
  ) {
    this.metadata = parseGeneratorMetadata(model.metadata[GENERATOR_METADATA_KEY]);
    this.inputs = inputsOf(model, this.metadata, options.latent ?? 'normal');
    const output = outputOf(model, this.metadata);
    const { range } = options;
    if (range && !(range.length === 2 && range[0] < range[1] && range.every(Number.isFinite))) {
      throw new ArgumentError(`loadGenerator: range must be [low, high], got ${brief(range)}`);
    }
    this.output = range ? { ...output, range } : output;
  }

  /**
   * The latent of a seed: the same as `sample({ seed })` starts from.
   *
   * @throws {ArgumentError} if the model takes none.
   */
  latent(seed: number): Latent {
    const input = this.inputs.find(({ kind }) => kind === 'latent');
    if (input?.kind !== 'latent') {
      throw new ArgumentError('latent: the model must take a latent, got one without; use apply(image)');
    }
    return latentsOf(seed, 1, sizeOf(input.shape), input.distribution)[0]!;
  }

  /**
   * Draws images.
   *
   * @returns `[count, H, W, C]` in the range of the output, or what else the model makes.
   * @throws {ArgumentError} if something is missing that the model is given, or out of range.
   */
  async sample(options: DrawOptions = {}): Promise<GeneratedImage> {
    return this.make(options, undefined);
  }

  /**
   * Makes an image from another one.
   *
   * @param image `[H, W, C]` or `[N, H, W, C]`, floats in the range of the input or bytes; or whatever a page can draw.
   * @throws {ShapeError} if it has not the size that the model takes.
   */
  async apply(image: ImageSource, options: DrawOptions = {}): Promise<GeneratedImage> {
    if (!this.inputs.some(({ kind }) => kind === 'image')) {
      throw new ArgumentError('apply: the model must take an image, got one that does not; use sample()');
    }
    return this.make(options, image);
  }

  /** Draws one image and shows it; the canvas takes the image's size. */
  async draw(canvas: Canvas, options: DrawOptions & { readonly image?: ImageSource } = {}): Promise<void> {
    if (typeof ImageData === 'undefined') {
      throw new UnsupportedError('draw: there must be a page or a worker of one, got neither; use sample()');
    }
    const made = await this.make(options, options.image);
    const [, height = 0, width = 0] = made.shape;
    const pixels = new ImageData(toRgba(made), width, height);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext('2d') as
      | CanvasRenderingContext2D
      | OffscreenCanvasRenderingContext2D
      | null;
    if (!context)
      throw new ArgumentError('draw: canvas must have a 2d context, got one that is used otherwise');
    context.putImageData(pixels, 0, 0);
  }

  /**
   * Runs the graph as it is.
   *
   * @param inputs by name, in ONNX's layout.
   * @returns the outputs by name, in ONNX's layout.
   * @throws {ShapeError} if an input is missing or has another shape.
   */
  async run(
    inputs: Readonly<Record<string, RawTensor>> = {},
    options: { readonly seed?: number } = {},
  ): Promise<Record<string, RawTensor>> {
    const { rawFeeds } = await import('./raw-feeds');
    const { shapes, feeds } = rawFeeds(this.model.inputs, inputs);
    this.tools ??= await toolboxOf(this.model);
    const graph = this.compiled(shapes, this.tools);
    const results = graph.run(feeds, drawOf(options.seed ?? 0));
    return Object.fromEntries(
      results.map((result) => [
        result.name,
        { data: laid(result, rowMajor(result.shape.length)), shape: result.shape },
      ]),
    );
  }

  /** Another graph in the same memory, e.g. a part of this one's; to be disposed of by itself. */
  beside(model: OnnxModel): Generator {
    return new Generator(this.host, model);
  }

  /** Gives its memory back; safe to call twice. */
  dispose(): void {
    this.disposed = true;
    for (const program of this.programs.values()) program.dispose();
    this.programs.clear();
  }

  private async make(options: DrawOptions, image: ImageSource | undefined): Promise<GeneratedImage> {
    const images = image && 'shape' in image && image.shape.length === 4 ? image.shape[0]! : 1;
    const count = countOf(options, images);
    requireInteger('sample', 'count', count);
    // What draws from latents alone does without the file that reads the rest.
    const takesLatent = this.inputs.some(({ kind }) => kind === 'latent');
    if (options.given || (options.latent && !takesLatent)) {
      (await import('./given')).checkGiven(this.inputs, options);
    }
    for (const { shape } of this.inputs) checkCount(count, shape);
    const examples = await Promise.all(this.inputs.map((input) => examplesOf(input, options, image, count)));
    const fixed = this.model.inputs.map(({ shape }) => shape?.[0]).find((size) => typeof size === 'number');
    const atOnce = typeof fixed === 'number' ? fixed : Math.min(count, MOST_AT_ONCE);
    const seed = options.seed ?? 0;
    // All at once from here on: what another call does meanwhile could take a program away.
    this.tools ??= await toolboxOf(this.model);
    let data = new Float32Array();
    let shape: Shape = [];
    for (let first = 0; first < count; first += atOnce) {
      const { shape: made, ...result } = this.chunk(
        examples,
        first,
        atOnce,
        drawOf(seed) + first,
        this.tools,
      );
      if (made[0] !== atOnce) {
        throw new ShapeError(
          `sample: the model must make one output for each input, got ${formatShape(made)} of ${atOnce}; use run()`,
        );
      }
      const image = made.length === 4;
      shape = image ? [made[2]!, made[3]!, made[1]!] : made.slice(1);
      const all = laid({ ...result, shape: made }, image ? channelsLast(4) : rowMajor(made.length));
      if (first === 0) {
        checkCount(count, shape);
        data = new Float32Array(count * sizeOf(shape));
      }
      const rest = Math.min(atOnce, count - first) * sizeOf(shape);
      data.set(all.subarray(0, rest), first * sizeOf(shape));
    }
    return { data, shape: [count, ...shape], range: this.output.range ?? [-1, 1] };
  }

  /** Runs examples `first` and on, the last one again where there are too few. */
  private chunk(
    examples: readonly Examples[],
    first: number,
    atOnce: number,
    draw: number,
    tools: Toolbox,
  ): Result {
    const names = this.inputs.map(({ name }) => name);
    // First: it refuses what is too large to be held.
    const graph = this.compiled(
      Object.fromEntries(examples.map(({ shape }, i) => [names[i], [atOnce, ...shape]])),
      tools,
    );
    const feeds = examples.map(({ shape, feed }, i) => {
      const size = sizeOf(shape);
      const data = new Float32Array(atOnce * size);
      for (let n = 0; n < atOnce; n++) {
        const from = Math.min((first + n) * size, feed.data.length - size);
        data.set(feed.data.subarray(from, from + size), n * size);
      }
      return [names[i], { ...feed, data }] as const;
    });
    return graph.run(Object.fromEntries(feeds), draw)[0]!;
  }

  private compiled(shapes: Readonly<Record<string, Shape>>, tools: Toolbox): CompiledGraph {
    if (this.disposed) throw new DisposedError('sample: the generator must not be disposed, got one that is');
    const key = JSON.stringify(shapes);
    let program = this.programs.get(key);
    if (!program) {
      const [oldest] = this.programs;
      if (oldest && this.programs.size === MOST_PROGRAMS) {
        oldest[1].dispose();
        this.programs.delete(oldest[0]);
      }
      program = new CompiledGraph(this.host, this.model, shapes, tools);
      this.programs.set(key, program);
    }
    return program;
  }
}
