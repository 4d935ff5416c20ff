import { OP_CONV } from '../../../assembly/abi/conv';
import { BINARY_ADD, OP_BINARY, OP_UNARY } from '../../../assembly/abi/elementwise';
import { OP_GEMM } from '../../../assembly/abi/gemm';
import { OP_NORM_APPLY, OP_NORM_LAYER_APPLY } from '../../../assembly/abi/normalize';
import { OP_WINOGRAD } from '../../../assembly/abi/winograd';
import type { Operand, Trace, TraceRecord } from '../trace';
import { memberOf } from './members';
import { UseMap } from './uses';

/** What a record that takes an epilogue makes: rows of `channels`; and whether it can add a vector to them. */
interface Producer {
  readonly channels: number;
  readonly adds: boolean;
}

/** Words of a convolution's geometry, behind the one that says whether it is a gradient. */
const [IN_CHANNELS, OUT_CHANNELS, STRIDE_HEIGHT, STRIDE_WIDTH] = [3, 6, 9, 10] as const;
/** Number of parameters without an epilogue, by opcode. */
const PARAMS: ReadonlyMap<number, number> = new Map([
  [OP_GEMM, 8],
  [OP_CONV, 23],
  [OP_WINOGRAD, 19],
  [OP_NORM_APPLY, 6],
  [OP_NORM_LAYER_APPLY, 7],
]);

function producerOf({ opcode, params }: TraceRecord): Producer | undefined {
  // One that has an epilogue already takes no other.
  if (params.length !== PARAMS.get(opcode)) return undefined;
  switch (opcode) {
    case OP_GEMM:
      return { channels: params[1]!, adds: true };
    case OP_CONV: {
      const [gradient, ...geometry] = params as [number, ...number[]];
      // Neighbouring pixels of a phase are not neighbours in memory: a pixel at a time is no faster than afterwards.
      if (gradient && geometry[STRIDE_HEIGHT]! * geometry[STRIDE_WIDTH]! > 1) return undefined;
      return { channels: geometry[gradient ? IN_CHANNELS : OUT_CHANNELS]!, adds: true };
    }
    case OP_WINOGRAD:
      return { channels: params[OUT_CHANNELS]!, adds: true };
    default:
      return { channels: params[2]!, adds: false };
  }
}

/**
 * Lets a product, a convolution or a normalisation add the bias to its results and apply the activation while they
 * are in the cache, where nothing else reads what is in between.
 *
 * The bias is added to the finished sum, as the record that did it before: a sum that starts from the bias would
 * differ in the last bit.
 */
export function fuseEpilogue(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const { records } = trace;
  const gone = new Set<TraceRecord>();
  const changed = new Map<TraceRecord, TraceRecord>();

  /** The only reader of what a record writes, if that is a value which one record reads and nobody changes. */
  const readerOf = (result: Operand): number | undefined => {
    const { readers, output } = uses.of(result.buffer);
    return result.offset === 0 && uses.isValue(result.buffer) && !output && readers.length === 1
      ? readers[0]
      : undefined;
  };

  for (const [at, record] of records.entries()) {
    const producer = producerOf(record);
    if (!producer) continue;
    const first = readerOf(record.outputs[0]!);
    if (first === undefined) continue;
    const addend = producer.adds
      ? addendOf(records[first]!, record.outputs[0]!, producer.channels)
      : undefined;
    if (addend && uses.isWrittenBetween(addend.buffer, at - 1, first)) continue;
    const summed = addend ? records[first]!.outputs[0]! : record.outputs[0]!;
    if (!uses.isValue(summed.buffer) || summed.offset !== 0) continue;
    const second = addend ? readerOf(summed) : first;
    const unary = second === undefined ? undefined : activationOf(records[second]!, summed, uses);
    if (!addend && !unary) continue;
    const members = [...(addend ? [records[first]!] : []), ...(unary ? [unary] : [])];
    for (const member of members) gone.add(member);
    changed.set(record, withEpilogue(record, members, addend));
  }
  return {
    ...trace,
    records: records.flatMap((record) => (gone.has(record) ? [] : (changed.get(record) ?? record))),
  };
}

/** The vector that a record adds to the rows of `value`, if it does just that. */
function addendOf(record: TraceRecord, value: Operand, channels: number): Operand | undefined {
  if (record.opcode !== OP_BINARY || record.params[0] !== BINARY_ADD) return undefined;
  const [a, b] = memberOf(record)?.operands ?? [];
  if (a?.reads !== 'each' || a.place.buffer !== value.buffer || a.place.offset !== 0) return undefined;
  if (record.params[1]! * 4 !== value.buffer.bytes) return undefined;
  return b?.reads === 'rows' && b.period === channels ? b.place : undefined;
}

/** The record itself, if it applies a function to the whole of `value` and makes a new one. */
function activationOf(record: TraceRecord, value: Operand, uses: UseMap): TraceRecord | undefined {
  const [x] = record.inputs;
  const [y] = record.outputs;
  if (record.opcode !== OP_UNARY || x!.buffer !== value.buffer || x!.offset !== 0) return undefined;
  return record.params[0]! * 4 === value.buffer.bytes && uses.isValue(y!.buffer) ? record : undefined;
}

function withEpilogue(
  record: TraceRecord,
  members: readonly TraceRecord[],
  addend: Operand | undefined,
): TraceRecord {
  const last = members.at(-1)!;
  const [, code, first, second] = last.opcode === OP_UNARY ? last.params : [0, -1, 0, 0];
  return {
    ...record,
    name: [record, ...members].map(({ name }) => name).join(' + '),
    outputs: [last.outputs[0]!, ...record.outputs.slice(1)],
    inputs: addend ? [...record.inputs, addend] : record.inputs,
    params: [...record.params, addend ? 1 : 0, code! + 1, first!, second!],
  };
}
