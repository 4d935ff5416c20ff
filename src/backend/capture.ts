import {
  clone,
  dispose,
  getBackend,
  type Tensor,
  type TensorInfo,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { ArgumentError, CaptureError, DisposedError, ShapeError, UnsupportedError } from '../errors';
import type { PassName } from '../program/passes/index';
import { profileProgram, type RecordTime } from '../program/profile';
import type { Program, ProgramReport, Step } from '../program/program';
import type { TraceBuffer } from '../program/trace';
import { formatShape, sameShape } from '../util/shape';
import type { KallimaBackend } from './backend';
import { CapturedWork, type NoiseCounter } from './captured-work';
import { kallimaBackend } from './register';
import { elementBytes, inArena, viewOf } from './stored';

/** What a captured function returns: a tensor, some, or some by name. */
export type CaptureResult = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

export interface CaptureFunctionOptions {
  /** The stream that the function draws noise from, e.g. a `SeededRandom`; each run draws anew. */
  readonly random?: NoiseCounter;
  /** Passes to leave out. */
  readonly without?: readonly PassName[];
}

interface Slot extends TensorInfo {
  readonly buffer?: TraceBuffer;
}

/** A function of tensors as a program: no tape, no allocation and no JavaScript an op. Made by {@link capture}. */
export class Captured<R extends CaptureResult> {
  /** Use {@link capture}. */
  constructor(
    private readonly backend: KallimaBackend,
    private readonly work: CapturedWork,
    private readonly random: NoiseCounter | undefined,
    private readonly inputs: readonly Slot[],
    private readonly outputs: readonly Slot[],
    private readonly restore: (tensors: Tensor[]) => R,
  ) {}

  /** How large the program is. */
  get report(): ProgramReport {
    return this.requireProgram().report;
  }

  /**
   * Runs it on other values.
   *
   * @param inputs of the shapes and dtypes of the example's.
   * @returns what the function returns, in new tensors, to the bit; for the caller to dispose of.
   * @throws {ShapeError} if an input differs from the example's in shape or dtype.
   * @throws {CaptureError} if a variable that it reads was assigned or disposed since.
   * @throws {DisposedError} after `dispose`.
   */
  run(inputs: readonly Tensor[]): R {
    return this.replay(inputs, (program, step) => program.replay(step));
  }

  /** As {@link run}, with the time of each record. */
  profile(inputs: readonly Tensor[]): { result: R; times: RecordTime[] } {
    let times: RecordTime[] = [];
    const result = this.replay(inputs, (program, step) => {
      times = profileProgram(program, step);
    });
    return { result, times };
  }

  /** Frees the program; safe to call twice. */
  dispose(): void {
    this.work.dispose();
  }

  private replay(inputs: readonly Tensor[], run: (program: Program, step: Step) => void): R {
    const program = this.requireProgram();
    if (!this.work.ready) {
      throw new CaptureError('run: variables must stay what they were, got one assigned anew; capture again');
    }
    if (inputs.length !== this.inputs.length) {
      throw new ArgumentError(`run: ${this.inputs.length} inputs are needed, got ${inputs.length}`);
    }
    for (const [i, { shape, dtype, buffer }] of this.inputs.entries()) {
      const given = inputs[i]!;
      if (given.dtype !== dtype || !sameShape(given.shape, shape)) {
        throw new ShapeError(
          `run: input ${i} must be ${dtype} ${formatShape(shape)} as captured, got ${given.dtype} ${formatShape(given.shape)}; capture again for another shape`,
        );
      }
      const { buffer: memory, byteOffset, byteLength } = this.backend.tensors.values(given.dataId);
      program.bytes(buffer!)?.set(new Uint8Array(memory, byteOffset, byteLength));
    }
    const { random } = this;
    run(program, { draw: random?.draw ?? 0 });
    if (random) random.draw += this.work.draws;
    const tensors = this.outputs.map(({ shape, dtype }, i) => {
      const bytes = program.outputBytes(i);
      const length = bytes.length / elementBytes(dtype);
      return tensor(viewOf(bytes.buffer, dtype, 0, length), shape, dtype);
    });
    return this.restore(tensors);
  }

  private requireProgram(): Program {
    const { program } = this.work;
    if (!program) throw new DisposedError('run: the captured function must not be disposed, got one that is');
    return program;
  }
}

/**
 * Captures a function as a program, as CUDA graphs do: its kernel calls are written down, memory is planned, what
 * nobody reads is dropped, and from then on `run` replays it, to the same bits.
 *
 * The function runs twice on the example, and must do the same both times. What it reads must be an input, a
 * `tf.Variable` or made in it; a variable may be changed in place (it then changes twice here and once each run).
 * Values cannot be read inside it, since a replay has no JavaScript.
 *
 * @param fn uses the backend `kallima` only.
 * @param exampleInputs fix the shapes and dtypes.
 * @throws {CaptureError} naming the op, if it does what no replay can.
 * @throws {UnsupportedError} on another backend.
 */
export function capture<R extends CaptureResult>(
  fn: (...inputs: Tensor[]) => R,
  exampleInputs: readonly Tensor[],
  { random, without }: CaptureFunctionOptions = {},
): Captured<R> {
  const backend = kallimaBackend();
  if (!backend || getBackend() !== 'kallima') {
    throw new UnsupportedError(
      `capture: the current backend must be kallima, got ${getBackend()}; await chooseBackend({ backend: 'kallima' })`,
    );
  }
  checkExamples(exampleInputs);
  const work = new CapturedWork(backend, 'capture', random, without);
  let inputs: Slot[] = [];
  let outputs: Slot[] = [];
  let restore: (tensors: Tensor[]) => R = () => {
    throw new CaptureError('capture: the function must return, got an exception');
  };
  try {
    while (!work.program) {
      let made: Tensor[] = [];
      try {
        work.trace((tracer) => {
          inputs = exampleInputs.map(({ dataId, shape, dtype, size }) => {
            const buffer = tracer.declare(
              'input',
              backend.tensors.pointer(dataId),
              size * elementBytes(dtype),
            );
            return { dataId, shape, dtype, buffer };
          });
          made = tidy(() => {
            const result = fn(...exampleInputs);
            const { tensors, rebuild } = flatten(result);
            restore = rebuild;
            return tensors.map((each) => clone(each));
          });
          outputs = made.map(({ dataId, shape, dtype }) => ({ dataId, shape, dtype }));
          return made.map(({ dataId }) => dataId);
        });
      } finally {
        dispose(made);
      }
    }
  } catch (error) {
    work.dispose();
    throw error;
  }
  return new Captured(backend, work, random, inputs, outputs, restore);
}

function checkExamples(inputs: readonly Tensor[]): void {
  const seen = new Set(inputs.map(({ dataId }) => dataId));
  if (seen.size !== inputs.length) {
    throw new ArgumentError(
      'capture: inputs must be different tensors, got one twice; the function can use one input as often as it likes',
    );
  }
  const other = inputs.find(({ dtype }) => !inArena(dtype));
  if (other) {
    throw new ArgumentError(`capture: inputs must be float32, int32 or bool, got ${other.dtype}`);
  }
}

/** The tensors of a result, and how to put others in their places. */
function flatten<R extends CaptureResult>(
  result: R,
): { tensors: Tensor[]; rebuild: (tensors: Tensor[]) => R } {
  if (Array.isArray(result)) {
    return { tensors: [...result], rebuild: (tensors) => tensors as readonly Tensor[] as R };
  }
  if ('dataId' in result) {
    return { tensors: [result as Tensor], rebuild: ([first]) => first as Tensor as R };
  }
  const named = result as Readonly<Record<string, Tensor>>;
  const names = Object.keys(named);
  return {
    tensors: names.map((name) => named[name]!),
    rebuild: (tensors) =>
      Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as CaptureResult as R,
  };
}
