import { OP_CONV } from '../../../assembly/abi/conv';
import {
  BINARY_ADD,
  BINARY_MULTIPLY,
  OP_BINARY,
  OP_UNARY,
  UNARY_STEP,
} from '../../../assembly/abi/elementwise';
import { EPILOGUE_ADDS, EPILOGUE_MASKS } from '../../../assembly/abi/fused';
import { OP_GEMM } from '../../../assembly/abi/gemm';
import { OP_NORM_APPLY, OP_NORM_LAYER_APPLY } from '../../../assembly/abi/normalize';
import { OP_WINOGRAD, OP_WINOGRAD_GRADIENT } from '../../../assembly/abi/winograd';
import type { Operand, Trace, TraceRecord } from '../trace';
import { memberOf } from './members';
import { UseMap } from './uses';

/** What a record that takes an epilogue makes: rows of `channels`; and whether it reads anything for that. */
interface Producer {
  readonly channels: number;
  readonly reads: boolean;
}

/** Words of a convolution's geometry, behind the one that says whether it is a gradient. */
const [IN_CHANNELS, OUT_CHANNELS, STRIDE_HEIGHT, STRIDE_WIDTH] = [3, 6, 9, 10] as const;
/** Number of parameters without an epilogue, by opcode. */
const PARAMS: ReadonlyMap<number, number> = new Map([
  [OP_GEMM, 8],
  [OP_CONV, 23],
  [OP_WINOGRAD, 19],
  [OP_WINOGRAD_GRADIENT, 19],
  [OP_NORM_APPLY, 6],
  [OP_NORM_LAYER_APPLY, 7],
]);

function producerOf({ opcode, params }: TraceRecord): Producer | undefined {
  // One that has an epilogue already takes no other.
  if (params.length !== PARAMS.get(opcode)) return undefined;
  switch (opcode) {
    case OP_GEMM:
      return { channels: params[1]!, reads: true };
    case OP_CONV: {
      const [gradient, ...geometry] = params as [number, ...number[]];
      // Neighbouring pixels of a phase are not neighbours in memory: a pixel at a time is no faster than afterwards.
      if (gradient && geometry[STRIDE_HEIGHT]! * geometry[STRIDE_WIDTH]! > 1) return undefined;
      return { channels: geometry[gradient ? IN_CHANNELS : OUT_CHANNELS]!, reads: true };
    }
    case OP_WINOGRAD:
      return { channels: params[OUT_CHANNELS]!, reads: true };
    case OP_WINOGRAD_GRADIENT:
      return { channels: params[IN_CHANNELS]!, reads: true };
    default:
      return { channels: params[2]!, reads: false };
  }
}

/** Records that a producer takes over, and its words for that. */
interface Epilogue {
  readonly members: readonly TraceRecord[];
  readonly flags: number;
  /** Place of what it reads besides. */
  readonly reads: readonly Operand[];
  /** Function + 1, and its parameters. */
  readonly code: readonly [number, number, number];
}

/**
 * Lets a product, a convolution or a normalisation add the bias to its results and apply the activation while they
 * are in the cache, or mask them by an activation's derivative, where nothing else reads what is in between.
 *
 * The bias is added to the finished sum, as the record that did it before: a sum that starts from the bias would
 * differ in the last bit.
 */
export function fuseEpilogue(trace: Trace): Trace {
  return withEpilogues(trace, findMask);
}

/** The same without the masks of derivatives, which only training has. */
export function fuseActivations(trace: Trace): Trace {
  return withEpilogues(trace);
}

function withEpilogues(trace: Trace, mask?: typeof findMask): Trace {
  const finder = new EpilogueFinder(trace, mask);
  const gone = new Set<TraceRecord>();
  const changed = new Map<TraceRecord, TraceRecord>();
  for (const [at, record] of trace.records.entries()) {
    const producer = producerOf(record);
    const epilogue = producer && finder.find(at, record, producer);
    if (!epilogue) continue;
    for (const member of epilogue.members) gone.add(member);
    changed.set(record, withEpilogue(record, epilogue));
  }
  return {
    ...trace,
    records: trace.records.flatMap((record) => (gone.has(record) ? [] : (changed.get(record) ?? record))),
  };
}

class EpilogueFinder {
  readonly records: readonly TraceRecord[];
  readonly uses: UseMap;

  constructor(
    trace: Trace,
    private readonly mask?: typeof findMask,
  ) {
    this.records = trace.records;
    this.uses = new UseMap(trace);
  }

  find(at: number, { outputs }: TraceRecord, { channels, reads }: Producer): Epilogue | undefined {
    const result = outputs[0]!;
    const reader = this.readerOf(result);
    if (reader === undefined) return undefined;
    const mask = reads ? this.mask?.(this, at, reader, result) : undefined;
    if (mask) return mask;
    const addend = reads ? addendOf(this.records[reader]!, result, channels) : undefined;
    if (!addend) return this.activation(reader, result, [], []);
    const sum = this.records[reader]!;
    if (!this.isThere(addend, at, reader) || !this.uses.isValue(sum.outputs[0]!.buffer)) return undefined;
    const next = this.readerOf(sum.outputs[0]!);
    const activated =
      next === undefined ? undefined : this.activation(next, sum.outputs[0]!, [sum], [addend]);
    return activated ?? { members: [sum], flags: EPILOGUE_ADDS, reads: [addend], code: [0, 0, 0] };
  }

  /** Place of the only record that reads a value, if nobody changes that. */
  readerOf({ buffer, offset }: Operand): number | undefined {
    const { readers, output } = this.uses.of(buffer);
    const single = offset === 0 && this.uses.isValue(buffer) && !output && readers.length === 1;
    return single ? readers[0] : undefined;
  }

  /** Whether what is read at `later` is complete at `at` already. */
  isThere({ buffer }: Operand, at: number, later: number): boolean {
    return !this.uses.isWrittenBetween(buffer, at - 1, later);
  }

  /** The epilogue that goes on to the record at `at`, if that applies a function to the whole of `value`. */
  private activation(
    at: number,
    value: Operand,
    members: readonly TraceRecord[],
    reads: readonly Operand[],
  ): Epilogue | undefined {
    const record = this.records[at]!;
    const [n, code, first, second] = record.params as [number, number, number, number];
    if (record.opcode !== OP_UNARY || !isPlace(record.inputs[0]!, value)) return undefined;
    if (n * 4 !== value.buffer.bytes || !this.uses.isValue(record.outputs[0]!.buffer)) return undefined;
    const flags = reads.length > 0 ? EPILOGUE_ADDS : 0;
    return { members: [...members, record], flags, reads, code: [code + 1, first, second] };
  }
}

/** The epilogue that multiplies by the step of a tensor, if that is what the record at `reader` does. */
function findMask(finder: EpilogueFinder, at: number, reader: number, value: Operand): Epilogue | undefined {
  const product = finder.records[reader]!;
  const [dy, factor] = wholeOperands(product, BINARY_MULTIPLY, value);
  if (!dy || !factor || !finder.uses.isValue(product.outputs[0]!.buffer)) return undefined;
  if (finder.readerOf(factor) !== reader) return undefined;
  const stepAt = finder.uses.of(factor.buffer).writers[0]!;
  const step = finder.records[stepAt]!;
  if (step.opcode !== OP_UNARY || step.params[1] !== UNARY_STEP) return undefined;
  if (step.params[0]! * 4 !== value.buffer.bytes) return undefined;
  const of = step.inputs[0]!;
  // Read by the producer, it must be there by then and not have changed by the time of the step.
  if (!finder.isThere(of, Math.min(at, stepAt), Math.max(at, stepAt))) return undefined;
  return { members: [step, product], flags: EPILOGUE_MASKS, reads: [of], code: [0, step.params[2]!, 0] };
}

/** Both operands of a binary record of function `code` that reads all of `value` first and another whole tensor. */
function wholeOperands(record: TraceRecord, code: number, value: Operand): readonly Operand[] {
  if (record.opcode !== OP_BINARY || record.params[0] !== code) return [];
  const [a, b] = memberOf(record)?.operands ?? [];
  if (a?.reads !== 'each' || b?.reads !== 'each' || !isPlace(a.place, value)) return [];
  return record.params[1]! * 4 === value.buffer.bytes ? [a.place, b.place] : [];
}

/** The vector that a record adds to the rows of `value`, if it does just that. */
function addendOf(record: TraceRecord, value: Operand, channels: number): Operand | undefined {
  if (record.opcode !== OP_BINARY || record.params[0] !== BINARY_ADD) return undefined;
  const [a, b] = memberOf(record)?.operands ?? [];
  if (a?.reads !== 'each' || !isPlace(a.place, value)) return undefined;
  if (record.params[1]! * 4 !== value.buffer.bytes) return undefined;
  return b?.reads === 'rows' && b.period === channels ? b.place : undefined;
}

const isPlace = (a: Operand, b: Operand) => a.buffer === b.buffer && a.offset === b.offset;

function withEpilogue(record: TraceRecord, { members, flags, reads, code }: Epilogue): TraceRecord {
  return {
    ...record,
    name: [record, ...members].map(({ name }) => name).join(' + '),
    outputs: [members.at(-1)!.outputs[0]!, ...record.outputs.slice(1)],
    inputs: [...record.inputs, ...reads],
    params: [...record.params, flags, ...code],
  };
}
