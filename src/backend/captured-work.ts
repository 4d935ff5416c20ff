import type { TensorInfo, Variable } from '@tensorflow/tfjs-core';
import { FAMILY_RANDOM, FAMILY_SHIFT } from '../../assembly/abi/record';
import { CaptureError } from '../errors';
import { describeTrace, firstDifference } from '../program/compare';
import type { PassName } from '../program/passes/index';
import type { Program } from '../program/program';
import { randomKey } from '../program/records/random';
import type { Trace, TraceBuffer } from '../program/trace';
import type { Tracer } from '../program/tracer';
import type { KallimaBackend } from './backend';

/** Numbered draws under a seed: what {@link SeededRandom} is. */
export interface NoiseCounter {
  readonly seed: number;
  draw: number;
}

/** Traces that may differ before the work is refused: the first may prepare what the later ones find. */
const MOST_TRACES = 3;

/**
 * Work that is run op by op, and traced, until two traces in a row agree; then there is a program that does the same.
 * That two traces agree is what tells a constant from a value that only looked like one.
 */
export class CapturedWork {
  /** The program, once two traces have agreed. */
  program: Program | undefined;
  /** Draws of noise that the work takes. */
  draws = 0;
  private lines: readonly string[] | undefined;
  private traces = 0;
  private variables: ReadonlyMap<Variable, number> = new Map();

  /**
   * @param caller for messages.
   * @param noise where the work may draw from.
   * @param without passes to leave out.
   */
  constructor(
    private readonly backend: KallimaBackend,
    private readonly caller: string,
    private readonly noise: NoiseCounter | undefined,
    private readonly without: readonly PassName[] = [],
  ) {}

  /** Whether there is a program and every variable lies where it lay; one that was assigned anew moved away. */
  get ready(): boolean {
    if (!this.program) return false;
    for (const [variable, address] of this.variables) {
      if (!variable.isDisposed && this.backend.tensors.pointer(variable.dataId) === address) continue;
      this.dispose();
      return false;
    }
    return true;
  }

  /**
   * Runs the work op by op. With a program, checks that it would still do the same: the program makes room first and
   * is made anew, so that op by op and replayed the work needs memory one after the other.
   *
   * @param work see `KallimaBackend.trace`.
   * @throws {CaptureError} when the work has been done, if it cannot be captured; there is no program then.
   * @throws {OutOfMemoryError} when the work has been done, if there is no room for a program.
   */
  trace(work: (tracer: Tracer) => readonly TensorInfo['dataId'][]): void {
    const check = this.program !== undefined;
    this.program?.dispose();
    this.program = undefined;
    const base = this.noise?.draw ?? 0;
    const { finish, variables } = this.backend.trace(this.caller, work);
    this.draws = (this.noise?.draw ?? 0) - base;
    this.traces += 1;
    try {
      const trace = finish();
      this.checkNoise(trace, base);
      const difference = this.lines ? firstDifference(this.lines, trace) : 'start';
      if (difference === undefined) {
        this.variables = addressesOf(trace, variables);
        this.program = this.backend.program(trace, base, this.without);
        return;
      }
      if (check || this.traces >= MOST_TRACES) {
        throw new CaptureError(
          `${this.caller}: the same ops on the same constants are needed each time, got another ${difference} than the time before; pass what changes as an input`,
        );
      }
      this.lines = describeTrace(trace);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Frees the program and forgets the traces: the work can be traced anew. Safe to call twice. */
  dispose(): void {
    this.program?.dispose();
    this.program = undefined;
    this.lines = undefined;
    this.traces = 0;
  }

  private checkNoise({ records }: Trace, base: number): void {
    for (const { opcode, params } of records) {
      if (opcode >> FAMILY_SHIFT !== FAMILY_RANDOM) continue;
      const { seed, draw } = randomKey(params);
      if (seed === this.noise?.seed && draw >= base && draw < base + this.draws) continue;
      throw new CaptureError(
        `${this.caller}: noise must come from the random stream that the function is given, got a draw under seed ${seed}; each replay would draw the same`,
      );
    }
  }
}

/** The variables that a trace uses, and where they lie. */
function addressesOf(
  { records, outputs }: Trace,
  variables: ReadonlyMap<TraceBuffer, Variable>,
): Map<Variable, number> {
  const used = new Map<Variable, number>();
  const operands = records.flatMap((record) => [...record.inputs, ...record.outputs]);
  for (const { buffer } of [...operands, ...outputs]) {
    const variable = variables.get(buffer);
    if (variable) used.set(variable, buffer.address!);
  }
  return used;
}
