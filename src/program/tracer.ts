import { CaptureError } from '../errors';
import type { Shape } from '../util/shape';
import type { Operand, Trace, TraceBuffer, TraceRecord } from './trace';

/**
 * Writes down the records that run while a program is captured, each address resolved to the buffer that lies
 * there at that moment: an address may be reused by many buffers during the capture.
 *
 * What a replay could not repeat is refused: the first refusal stays, and {@link finish} throws it. The
 * records themselves run on undisturbed, so a refused capture has still done its work once.
 */
export class Tracer {
  private readonly records: TraceRecord[] = [];
  private readonly live = new Map<number, TraceBuffer>();
  private readonly made = new Set<TraceBuffer>();
  private refusal: CaptureError | undefined;
  /** The kernel whose records come next, and its latest output, for names and refusals. */
  private kernel = '';
  private current = '';

  /** @param caller for messages: what is being captured. */
  constructor(private readonly caller: string) {}

  /**
   * Says what a buffer is that records have not met yet: the program's `state`, or an `input` that each replay
   * fills anew. One that was just written as a constant is so no more.
   */
  declare(kind: 'state' | 'input', address: number, bytes: number): TraceBuffer {
    const buffer: TraceBuffer = { kind, bytes, ...(kind === 'state' ? { address } : {}) };
    this.live.set(address, buffer);
    return buffer;
  }

  /** The next records are those of a kernel. */
  begin(kernel: string): void {
    this.kernel = kernel;
    this.current = kernel;
  }

  /** @param shape of a kernel's output; scratch has none. */
  allocated(address: number, bytes: number, shape?: Shape): void {
    if (shape) this.current = `${this.kernel} ${shape.join('×')}`;
    const buffer: TraceBuffer = { kind: 'temporary', bytes };
    this.live.set(address, buffer);
    this.made.add(buffer);
  }

  /** A buffer that JavaScript filled: the same values in each replay. */
  written(address: number, values: Uint8Array): void {
    this.live.set(address, { kind: 'constant', bytes: values.length, values });
  }

  released(address: number): void {
    const buffer = this.live.get(address);
    if (buffer?.kind === 'state') this.reassigned();
    if (buffer) this.made.delete(buffer);
    this.live.delete(address);
  }

  /** A variable has other data than before. */
  reassigned(): void {
    this.refuse(
      'variables must be changed in place, got one that was assigned anew or disposed; return the new value instead',
    );
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts: number,
  ): void {
    if (this.refusal) return;
    const to = this.operands(outputs);
    const from = this.operands(inputs);
    for (const { buffer } of to) {
      if (buffer.kind === 'temporary' || buffer.kind === 'state') continue;
      this.refuse(`${buffer.kind}s must not be written to, got one that ${this.current} changes in place`);
    }
    if (this.refusal) return;
    this.records.push({ opcode, name: this.current, outputs: to, inputs: from, params: [...params], parts });
  }

  /** Those that are known; another one is refused. */
  private operands(addresses: readonly number[]): Operand[] {
    return addresses.flatMap((address) => this.operand(address) ?? []);
  }

  private operand(address: number): Operand | undefined {
    const exact = this.live.get(address);
    if (exact) return { buffer: exact, offset: 0 };
    for (const [start, buffer] of this.live) {
      if (address > start && address < start + buffer.bytes) return { buffer, offset: address - start };
    }
    this.refuse(
      `what a captured function reads must be an input, a variable or made in it, got a tensor from outside in ${this.current}; pass it as an input, or make it a tf.variable`,
    );
    return undefined;
  }

  /** Notes why this cannot be captured; only the first reason counts. */
  refuse(reason: string): void {
    this.refusal ??= new CaptureError(`${this.caller}: ${reason}`);
  }

  /**
   * @param outputs addresses of what must be there at the end; the only buffers made here that may be left.
   * @throws {CaptureError} with the first refusal.
   */
  finish(outputs: readonly number[]): Trace {
    const operands = this.operands(outputs);
    const results = new Set(operands.map(({ buffer }) => buffer));
    for (const buffer of this.made) {
      if (results.has(buffer)) continue;
      this.refuse(
        'tensors made in a captured function must end with it, got one that was kept; return it instead',
      );
    }
    if (this.refusal) throw this.refusal;
    return { records: this.records, outputs: operands };
  }
}
