import { clone, engine, keep, type Tensor } from '@tensorflow/tfjs-core';
import { UnsupportedError, UnsupportedOpError } from '../errors';

type Tape = ReturnType<typeof engine>['state']['activeTape'];
type TapeNode = Tape[number];

/** Derivatives by input of an op whose gradient TF.js writes inline (`customGrad`), from its inputs' values. */
export type InlineGradient = (dy: Tensor, inputs: readonly Tensor[]) => (() => Tensor)[];

const REPAIRED = Symbol.for('kallima.tape');

/**
 * Repairs how TF.js's engine records ops, once for the process.
 *
 * 1. For a backward pass that reads an op's output (tanh, exp, softmax, …) the engine saves a copy of the
 *    output, and records the copy *before* the op. A derivative that reaches the copy then arrives after the
 *    op was walked and is dropped: second order is silently wrong. Such copies are moved behind their op.
 * 2. Ops in `inline` get our gradient, from saved copies of their inputs, in place of the one that TF.js
 *    closes over tensors which may be gone by then.
 * 3. An op without a gradient fails by name.
 *
 * @throws {UnsupportedError} if the engine is not built like TF.js 4.22's.
 */
export function repairTape(inline: ReadonlyMap<string, InlineGradient>): void {
  const target = engine();
  if (REPAIRED in target) return;
  const record: unknown = Reflect.get(target, 'addTapeNode');
  if (typeof record !== 'function') {
    throw new UnsupportedError(
      'repairTape: an engine with addTapeNode is needed, got one without; use @tensorflow/tfjs-core 4.22.0',
    );
  }
  Object.defineProperty(target, 'addTapeNode', {
    value: (...node: unknown[]): void => {
      record.apply(target, node);
      repair(target.state.activeTape, inline);
    },
  });
  Object.defineProperty(target, REPAIRED, { value: true });
}

/** Repairs the tape's last node. */
function repair(tape: Tape, inline: ReadonlyMap<string, InlineGradient>): void {
  const node = tape[tape.length - 1]!;
  moveCopiesBehind(tape, node);
  // Inputs named '0', '1', … are those of a customGrad; a copy recorded in the same scope has an input 'x'.
  const gradient = '0' in node.inputs ? inline.get(node.kernelName) : undefined;
  if (gradient) {
    const inputs = Object.values(node.inputs).map((input) => keep(clone(input)));
    node.saved?.push(...inputs);
    node.gradient = ([dy]) => Object.fromEntries(gradient(dy!, inputs).entries());
  }
  node.gradient ??= () => {
    throw new UnsupportedOpError(
      `gradient: every op on the way needs a derivative, gradient function not found for ${node.kernelName}; ` +
        'use another op, or tf.customGrad',
    );
  };
}

function moveCopiesBehind(tape: Tape, node: TapeNode): void {
  const saved = node.saved?.length ?? 0;
  if (saved === 0) return;
  const isOutput = (copy: TapeNode) => node.outputs.some((output) => output === copy.inputs.x);
  const first = tape.length - 1 - saved;
  const copies = tape.slice(first, -1);
  if (!copies.some(isOutput)) return;
  tape.length = first;
  tape.push(...copies.filter((copy) => !isOutput(copy)), node, ...copies.filter(isOutput));
}
