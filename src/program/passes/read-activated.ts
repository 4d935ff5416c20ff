import { OP_UNARY, UNARY_LEAKY_RELU, UNARY_RELU, UNARY_STEP } from '../../../assembly/abi/elementwise';
import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { UseMap } from './uses';

/**
 * Lets the gradient of a rectifier look at what the rectifier made instead of at what it was given: x > 0 where
 * relu(x) > 0, and NaN where that is NaN. Nothing then needs x afterwards, so whatever makes x can go on to rectify
 * it in the same pass, and x itself is never stored.
 */
export function readActivated(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const activations = new Map<TraceBuffer, { readonly record: TraceRecord; readonly at: number }[]>();
  const records = trace.records.map((record, at): TraceRecord => {
    if (record.opcode !== OP_UNARY) return record;
    const x = record.inputs[0]!;
    const ofBuffer = activations.get(x.buffer) ?? [];
    if (isRectifier(record)) activations.set(x.buffer, [...ofBuffer, { record, at }]);
    if (record.params[1] !== UNARY_STEP) return record;
    const found = ofBuffer.find(
      (activation) =>
        samePlace(activation.record.inputs[0]!, x) &&
        activation.record.params[0] === record.params[0] &&
        uses.isValue(activation.record.outputs[0]!.buffer) &&
        !uses.isWrittenBetween(x.buffer, activation.at - 1, at),
    );
    return found ? { ...record, inputs: [found.record.outputs[0]!] } : record;
  });
  return { ...trace, records };
}

/** Whether a record's result is above 0 just where its argument is, and NaN where that is. */
function isRectifier({ opcode, params }: TraceRecord): boolean {
  if (opcode !== OP_UNARY) return false;
  const [, code, slope] = params as [number, number, number];
  // The bits of an f32 above 0, and finite: −∞ · 0 would be NaN.
  return code === UNARY_RELU || (code === UNARY_LEAKY_RELU && slope > 0 && slope < 0x7f800000);
}

const samePlace = (a: Operand, b: Operand) => a.buffer === b.buffer && a.offset === b.offset;
