import { ALIGNMENT } from '../../assembly/abi/record';
import type { Recorder } from '../../src/program/recorder';
import type { BufferKind, Operand, Trace, TraceBuffer, TraceRecord } from '../../src/program/trace';
import { noise } from '../kernels/float';
import type { KernelHarness } from '../kernels/harness';

/** Writes traces with the functions of src/program/records, whose pointers are then made-up addresses. */
export class TraceBuilder implements Recorder {
  readonly records: TraceRecord[] = [];
  private readonly buffers: { buffer: TraceBuffer; begin: number }[] = [];
  private next = ALIGNMENT;

  constructor(readonly threads = 1) {}

  /** Made-up address of a new buffer of `length` words. */
  buffer(kind: BufferKind, length: number, values?: ArrayLike<number>): number {
    const words = values && new Uint8Array(Float32Array.from(values).buffer);
    return this.bytes(kind, length * 4, words);
  }

  /** Made-up address of a new temporary of `length` words. */
  temporary(length: number): number {
    return this.buffer('temporary', length);
  }

  scratch(bytes: number): number {
    return this.bytes('temporary', bytes);
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts = 1,
  ): void {
    const at = (pointer: number) => this.operand(pointer);
    this.records.push({
      opcode,
      name: `record ${this.records.length}`,
      outputs: outputs.map(at),
      inputs: inputs.map(at),
      params,
      parts,
    });
  }

  /** The place of a made-up address. */
  operand(pointer: number): Operand {
    const found = this.buffers.filter(({ begin }) => begin <= pointer).at(-1)!;
    return { buffer: found.buffer, offset: pointer - found.begin };
  }

  /** The trace so far. @param outputs made-up addresses. */
  trace(...outputs: number[]): Trace {
    return { records: [...this.records], outputs: outputs.map((pointer) => this.operand(pointer)) };
  }

  private bytes(kind: BufferKind, bytes: number, values?: Uint8Array): number {
    const begin = this.next;
    const address = kind === 'state' || kind === 'input' ? begin : undefined;
    this.buffers.push({ buffer: { kind, bytes, address, values }, begin });
    this.next = Math.ceil((begin + bytes + 1) / ALIGNMENT) * ALIGNMENT;
    return begin;
  }
}

/**
 * Runs a trace, every buffer in memory of its own. State and inputs hold noise at first, the same for the same
 * address.
 *
 * @returns the bits of the outputs, and then those of every state, by address.
 */
export function runTrace(harness: KernelHarness, trace: Trace): Int32Array[] {
  harness.reset();
  const places = new Map<TraceBuffer, number>();
  const place = (buffer: TraceBuffer): number => {
    let pointer = places.get(buffer);
    if (pointer !== undefined) return pointer;
    const words = Math.ceil(buffer.bytes / 4);
    pointer = harness.out(words);
    places.set(buffer, pointer);
    if (buffer.values) new Uint8Array(harness.kernels.memory.buffer, pointer).set(buffer.values);
    else if (buffer.address !== undefined) harness.view(pointer, words).set(noise(words, buffer.address));
    return pointer;
  };
  const at = ({ buffer, offset }: Operand) => place(buffer) + offset;
  for (const { outputs, inputs } of trace.records) for (const operand of [...outputs, ...inputs]) at(operand);
  for (const { opcode, outputs, inputs, params, parts } of trace.records) {
    // A record is never split into more shares than it has parts; the harness takes all its threads or one.
    harness.emit(opcode, outputs.map(at), inputs.map(at), params, parts < harness.threads ? 1 : parts);
  }
  const bits = (pointer: number, bytes: number) =>
    harness.view(pointer, Math.ceil(bytes / 4), 'i32').slice() as Int32Array;
  const states = [...places.keys()]
    .filter(({ kind }) => kind === 'state')
    .sort((a, b) => a.address! - b.address!);
  const results = trace.outputs.map(({ buffer, offset }) =>
    bits(place(buffer) + offset, buffer.bytes - offset),
  );
  return [...results, ...states.map((buffer) => bits(place(buffer), buffer.bytes))];
}

/** Opcodes of a trace's records. */
export const opcodesOf = (trace: Trace): number[] => trace.records.map(({ opcode }) => opcode);

/** The first place in which two results of {@link runTrace} differ; undefined if they are the same. */
export function differenceOf(a: readonly Int32Array[], b: readonly Int32Array[]): string | undefined {
  if (a.length !== b.length) return `${a.length} and ${b.length} results`;
  for (const [i, left] of a.entries()) {
    const right = b[i]!;
    if (left.length !== right.length) return `result ${i}: ${left.length} and ${right.length} words`;
    const at = left.findIndex((word, k) => word !== right[k]);
    if (at >= 0) return `result ${i}, word ${at}: ${left[at]} and ${right[at]}`;
  }
  return undefined;
}
