import { OP_ADAM, OP_RMSPROP, OP_SGD, OP_SGD_MOMENTUM } from '../../assembly/abi/optimizer';
import { OP_RANDOM_NORMAL, OP_RANDOM_UNIFORM, OP_RANDOM_WORDS } from '../../assembly/abi/random';
import type { Trace, TraceBuffer, TraceRecord } from './trace';

/** Parameters that each replay sets anew, by opcode: the number of the draw, the rates of an optimizer. */
const VARYING: ReadonlyMap<number, readonly number[]> = new Map([
  [OP_RANDOM_WORDS, [3, 4]],
  [OP_RANDOM_UNIFORM, [3, 4]],
  [OP_RANDOM_NORMAL, [3, 4]],
  [OP_ADAM, [0, 5]],
  [OP_SGD, [0]],
  [OP_SGD_MOMENTUM, [0]],
  [OP_RMSPROP, [0]],
]);

/**
 * One line a record, the same for two traces that compute the same thing: buffers by the order in which they are
 * met, constants by their values. Left out is what each replay sets anew.
 */
export function describeTrace(trace: Trace): string[] {
  const numbers = new Map<TraceBuffer, number>();
  const describe = (buffer: TraceBuffer): string => {
    const known = numbers.get(buffer);
    if (known !== undefined) return `#${known}`;
    numbers.set(buffer, numbers.size);
    const what = buffer.kind === 'constant' ? hash(buffer.values!) : (buffer.address ?? '');
    return `${buffer.kind}:${buffer.bytes}:${what}`;
  };
  const operands = (list: Trace['outputs']) =>
    list.map(({ buffer, offset }) => `${describe(buffer)}+${offset}`).join(' ');
  const lines = trace.records.map(
    (record) =>
      `${record.opcode} ${record.parts} [${operands(record.outputs)}] [${operands(record.inputs)}] ${fixedParams(record)}`,
  );
  return [...lines, operands(trace.outputs)];
}

/**
 * The first record in which two traces differ, by name; undefined if they are the same.
 *
 * @param before lines of {@link describeTrace}.
 */
export function firstDifference(before: readonly string[], after: Trace): string | undefined {
  const lines = describeTrace(after);
  for (let i = 0; i < Math.max(before.length, lines.length); i++) {
    if (before[i] === lines[i]) continue;
    return after.records[Math.min(i, after.records.length - 1)]?.name ?? 'its end';
  }
  return undefined;
}

function fixedParams({ opcode, params }: TraceRecord): string {
  const varying = VARYING.get(opcode);
  return params.map((param, i) => (varying?.includes(i) ? '*' : param)).join();
}

/** FNV-1a over the bytes, in two lanes. */
function hash(values: Uint8Array): string {
  let [a, b] = [0x811c9dc5, 0x9dc5811c];
  for (const value of values) {
    a = Math.imul(a ^ value, 0x01000193);
    b = Math.imul(b ^ (value + 0x5b), 0x01000193);
  }
  return `${a >>> 0}.${b >>> 0}`;
}
