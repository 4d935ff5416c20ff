// One axis of a transform of inputs, or of its adjoint, over a run of channels.

import { b3, b4, b5, b6, bt3, bt4, bt5, bt6 } from './transform-input';

// Each takes a value of every line from the pointers of `table`, `offset` bytes behind them, and stores the
// results `step` bytes apart from `to` on; `bytes` of channels, a multiple of 16.

function passBt3(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    bt3(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

function passBt4(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    bt4(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passBt5(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    bt5(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passBt6(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    bt6(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

function passB3(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    b3(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

function passB4(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    b4(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passB5(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    b5(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passB6(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    b6(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

/** Bᵀ: α inputs to α points. */
export function inputPass(
  alpha: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (alpha) {
    case 3:
      passBt3(table, offset, to, step, bytes);
      break;
    case 4:
      passBt4(table, offset, to, step, bytes);
      break;
    case 5:
      passBt5(table, offset, to, step, bytes);
      break;
    case 6:
      passBt6(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}

/** B: α points to α inputs. */
export function inputAdjointPass(
  alpha: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (alpha) {
    case 3:
      passB3(table, offset, to, step, bytes);
      break;
    case 4:
      passB4(table, offset, to, step, bytes);
      break;
    case 5:
      passB5(table, offset, to, step, bytes);
      break;
    case 6:
      passB6(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}
