import { FormatError, OutOfMemoryError } from '../../errors';
import type { OnnxModel } from '../../formats/onnx/model';
import { type InferenceHost, InferenceProgram } from '../../program/inference-program';
import { type Shape, sizeOf } from '../../util/shape';
import { type Lowered, lower, type Port } from './lower';
import { type Elements, reorder } from './reorder';
import type { Toolbox } from './tools';
import { type Order, rowMajor } from './value';

/** Numbers and how they lie. */
export interface Feed {
  readonly data: Elements;
  /** Axes from the outermost to the innermost; by default the last one is innermost. */
  readonly order?: Order;
}

/** What came out: `data` lies in `order`. */
export interface Result extends Port {
  readonly data: Elements;
}

/** A graph as a program in memory, for one set of input shapes. */
export class CompiledGraph {
  private readonly program: InferenceProgram;
  private readonly lowered: Lowered;

  /**
   * @param shapes of the inputs, by name. @param tools that do for the model.
   * @throws {FormatError} if a node cannot work with them, or the memory does not hold what it takes.
   * @throws {UnsupportedOpError} if an operator is unknown.
   */
  constructor(
    host: InferenceHost,
    model: OnnxModel,
    shapes: Readonly<Record<string, Shape>>,
    tools: Toolbox,
  ) {
    this.lowered = lower(model, shapes, tools);
    try {
      this.program = new InferenceProgram(host, tools.passes(this.lowered.trace), tools.noise);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      throw new FormatError(`loadGenerator: ${error.message.replace(/^\w+: /, '')}`);
    }
  }

  get inputs(): readonly Port[] {
    return this.lowered.inputs;
  }

  /**
   * @param draw number of the first draw of the graph's own noise.
   * @returns the outputs in the order of the model's.
   */
  run(feeds: Readonly<Record<string, Feed>>, draw: number): Result[] {
    for (const { name, type, shape, order, buffer } of this.lowered.inputs) {
      const bytes = this.program.bytes(buffer);
      if (!bytes) continue;
      const { data, order: from = rowMajor(shape.length) } = feeds[name]!;
      const to = elements(type, bytes);
      reorder(to, order, data, from, shape);
    }
    this.program.replay(draw);
    return this.lowered.outputs.map((port, i) => ({
      ...port,
      // It may begin a larger buffer, that it would have been copied from.
      data: elements(port.type, this.program.outputBytes(i)).subarray(0, sizeOf(port.shape)),
    }));
  }

  dispose(): void {
    this.program.dispose();
  }
}

function elements(
  type: Port['type'],
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBufferLike>,
): Elements {
  if (type === 'bool') return new Uint8Array(buffer, byteOffset, byteLength);
  return type === 'int32'
    ? new Int32Array(buffer, byteOffset, byteLength / 4)
    : new Float32Array(buffer, byteOffset, byteLength / 4);
}
