// Mirror padding (reflect: the border itself is not repeated; symmetric: it is) and its adjoint.
//
// Layout    the tensor is [axis 0]…[axis k][inner], 4-byte words; `inner` joins the axes after the last padded
//           one. A line is all of the last axis: one line of the result is written at a time.
// Splitting lines of the result.
// Numerics  forward moves words. The adjoint sums, for every input, the outputs that mirror it, in a fixed
//           order: along the other axes unmirrored, mirrored at the start, at the end; inside a line the same.

import { OP_MIRROR_PAD, OP_MIRROR_PAD_GRAD } from './abi/mirror-pad';
import { RECORD_ARGS } from './abi/record';
import { addWords, copyWords, shareStart } from './split';

/** Dispatches the mirror-pad family. */
export function mirrorPad(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  switch (opcode) {
    case OP_MIRROR_PAD:
      mirrorPadForward(args, thread, threads);
      break;
    case OP_MIRROR_PAD_GRAD:
      backward(args, thread, threads);
      break;
    default:
      unreachable();
  }
}

// Both records: result, source, axes, inner, skip (1: reflect), then size, before, after of each axis.
// @ts-ignore: decorator
@inline
function axisSize(args: usize, axis: i32): i32 {
  return load<i32>(args + <usize>axis * 12, 20);
}
// @ts-ignore: decorator
@inline
function axisBefore(args: usize, axis: i32): i32 {
  return load<i32>(args + <usize>axis * 12, 24);
}
// @ts-ignore: decorator
@inline
function axisAfter(args: usize, axis: i32): i32 {
  return load<i32>(args + <usize>axis * 12, 28);
}
// @ts-ignore: decorator
@inline
function axisPadded(args: usize, axis: i32): i32 {
  return axisBefore(args, axis) + axisSize(args, axis) + axisAfter(args, axis);
}

/** The padding itself. */
export function mirrorPadForward(args: usize, thread: i32, threads: i32): void {
  const last = load<i32>(args, 8) - 1;
  const words = load<i32>(args, 12);
  const skip = load<i32>(args, 16);
  const inner = <usize>words << 2;
  const size = axisSize(args, last);
  const before = axisBefore(args, last);
  const after = axisAfter(args, last);
  const lineIn = <usize>size * inner;
  const lineOut = <usize>axisPadded(args, last) * inner;
  let lines = 1;
  for (let axis = 0; axis < last; axis++) lines *= axisPadded(args, axis);
  const end = shareStart(lines, thread + 1, threads);
  for (let line = shareStart(lines, thread, threads); line < end; line++) {
    const x = <usize>load<u32>(args, 4) + sourceLine(args, line, last, skip) * lineIn;
    let y = <usize>load<u32>(args) + <usize>line * lineOut;
    for (let i = before - 1 + skip; i >= skip; i--) {
      copyWords(y, x + <usize>i * inner, words);
      y += inner;
    }
    memory.copy(y, x, lineIn);
    y += lineIn;
    for (let i = size - 1 - skip; i > size - 1 - skip - after; i--) {
      copyWords(y, x + <usize>i * inner, words);
      y += inner;
    }
  }
}

/** Number of the input line that output line `line` mirrors. */
function sourceLine(args: usize, line: i32, last: i32, skip: i32): usize {
  let source: usize = 0;
  let stride: usize = 1;
  for (let axis = last - 1; axis >= 0; axis--) {
    const padded = axisPadded(args, axis);
    const size = axisSize(args, axis);
    let i = (line % padded) - axisBefore(args, axis);
    line /= padded;
    if (i < 0) i = skip - 1 - i;
    else if (i >= size) i = 2 * size - 1 - skip - i;
    source += <usize>i * stride;
    stride *= size;
  }
  return source;
}

function backward(args: usize, thread: i32, threads: i32): void {
  const last = load<i32>(args, 8) - 1;
  const words = load<i32>(args, 12);
  const skip = load<i32>(args, 16);
  const inner = <usize>words << 2;
  const size = axisSize(args, last);
  const before = axisBefore(args, last);
  const after = axisAfter(args, last);
  const lineIn = <usize>size * inner;
  const lineOut = <usize>axisPadded(args, last) * inner;
  let lines = 1;
  let choices = 1;
  for (let axis = 0; axis < last; axis++) {
    lines *= axisSize(args, axis);
    choices *= 3;
  }
  const end = shareStart(lines, thread + 1, threads);
  for (let line = shareStart(lines, thread, threads); line < end; line++) {
    const dx = <usize>load<u32>(args) + <usize>line * lineIn;
    memory.fill(dx, 0, lineIn);
    for (let choice = 0; choice < choices; choice++) {
      const mirrored = mirroredLine(args, line, choice, last, skip);
      if (mirrored < 0) continue;
      let dy = <usize>load<u32>(args, 4) + <usize>mirrored * lineOut;
      addWords(dx, dy + <usize>before * inner, words * size);
      for (let i = before - 1 + skip; i >= skip; i--) {
        addWords(dx + <usize>i * inner, dy, words);
        dy += inner;
      }
      dy += lineIn;
      for (let i = size - 1 - skip; i > size - 1 - skip - after; i--) {
        addWords(dx + <usize>i * inner, dy, words);
        dy += inner;
      }
    }
  }
}

/**
 * Number of the output line that shows input line `line` as `choice` says, −1 if there is none: its base-3
 * digits tell for each axis whether it is unmirrored (0), mirrored at the start (1) or at the end (2).
 */
function mirroredLine(args: usize, line: i32, choice: i32, last: i32, skip: i32): i32 {
  let result = 0;
  let stride = 1;
  for (let axis = last - 1; axis >= 0; axis--) {
    const size = axisSize(args, axis);
    const before = axisBefore(args, axis);
    const padded = axisPadded(args, axis);
    const i = line % size;
    const digit = choice % 3;
    line /= size;
    choice /= 3;
    let o = before + i;
    if (digit == 1) {
      o = before + skip - 1 - i;
      if (o < 0 || o >= before) return -1;
    } else if (digit == 2) {
      o = before + 2 * size - 1 - skip - i;
      if (o < before + size || o >= padded) return -1;
    }
    result += o * stride;
    stride *= padded;
  }
  return result;
}
