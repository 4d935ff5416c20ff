import { FAMILY_RANDOM, FAMILY_SHIFT } from '../../../assembly/abi/record';
import { FormatError } from '../../errors';
import type { Recorder } from '../../program/recorder';
import type { Operand, Trace, TraceBuffer, TraceRecord } from '../../program/trace';

const LINE = 64;
/** A generator takes some hundred; to place the buffers of more than this would take seconds. */
const MOST_RECORDS = 2 ** 14;

/**
 * Turns records into a trace. There is no memory yet: each buffer has a range of addresses of its own, and an
 * address in a record says which buffer is meant, and where in it.
 */
export class GraphRecorder implements Recorder {
  readonly threads = 1;
  /** For people: what the next records belong to. */
  name = '';
  private readonly records: TraceRecord[] = [];
  private readonly buffers: TraceBuffer[] = [];
  private readonly starts: number[] = [];
  /** What depends on an input, or on noise. */
  private readonly varying = new Set<TraceBuffer>();
  // Address 0 is nobody's.
  private end = LINE;

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts = 1,
  ): void {
    if (this.records.length === MOST_RECORDS) {
      throw new FormatError(
        `loadGenerator: a model must take at most ${MOST_RECORDS} kernels, got more by ${this.name}`,
      );
    }
    const places = (addresses: readonly number[]) => addresses.map((address) => this.at(address));
    const { name } = this;
    const [to, from] = [places(outputs), places(inputs)];
    this.records.push({ opcode, name, outputs: to, inputs: from, params, parts });
    if (opcode >> FAMILY_SHIFT === FAMILY_RANDOM || from.some(({ buffer }) => this.varies(buffer))) {
      for (const { buffer } of to) this.varying.add(buffer);
    }
  }

  isFixed(address: number): boolean {
    return !this.varies(this.at(address).buffer);
  }

  private varies(buffer: TraceBuffer): boolean {
    return buffer.kind === 'input' || this.varying.has(buffer);
  }

  scratch(bytes: number): number {
    return this.add({ kind: 'temporary', bytes });
  }

  /** Address of a buffer whose values are known. */
  constant(values: Uint8Array): number {
    return this.add({ kind: 'constant', bytes: values.length, values });
  }

  /** Address of a buffer that is filled before each replay. */
  input(bytes: number): number {
    return this.add({ kind: 'input', bytes });
  }

  /** The place that an address means. */
  at(address: number): Operand {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= address) low = middle;
      else high = middle;
    }
    return { buffer: this.buffers[low]!, offset: address - this.starts[low]! };
  }

  /** @param outputs addresses of what must be there at the end. */
  finish(outputs: readonly number[]): Trace {
    return { records: this.records, outputs: outputs.map((address) => this.at(address)) };
  }

  private add(buffer: TraceBuffer): number {
    const start = this.end;
    this.buffers.push(buffer);
    this.starts.push(start);
    // An address one past the end is no other buffer's either.
    this.end += (Math.floor(buffer.bytes / LINE) + 1) * LINE;
    return start;
  }
}
