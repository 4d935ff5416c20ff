// One axis of a transform of results, or of its adjoint, over a run of channels.

import { a22, a23, a24, a32, a33, a34, a42, a43, a52 } from './transform-output';
import { at22, at23, at24, at32, at33, at34, at42, at43, at52 } from './transform-output';

// Each takes a value of every line from the pointers of `table`, `offset` bytes behind them, and stores the
// results `step` bytes apart from `to` on; `bytes` of channels, a multiple of 16.

function passAt22(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at22(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

function passAt32(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at32(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passAt42(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at42(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passAt52(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at52(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

function passAt23(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at23(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passAt33(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at33(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passAt43(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at43(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

function passAt24(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at24(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passAt34(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    at34(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

function passA22(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a22(to, step, v128.load(p0), v128.load(p1));
    p0 += 16;
    p1 += 16;
  }
}

function passA32(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a32(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

function passA42(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a42(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passA52(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a52(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

function passA23(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a23(to, step, v128.load(p0), v128.load(p1));
    p0 += 16;
    p1 += 16;
  }
}

function passA33(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a33(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

function passA43(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a43(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

function passA24(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a24(to, step, v128.load(p0), v128.load(p1));
    p0 += 16;
    p1 += 16;
  }
}

function passA34(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    a34(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

/** Aᵀ of F(m, r): α points to m results. */
export function outputPass(
  m: i32,
  r: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (m * 10 + r) {
    case 22:
      passAt22(table, offset, to, step, bytes);
      break;
    case 32:
      passAt32(table, offset, to, step, bytes);
      break;
    case 42:
      passAt42(table, offset, to, step, bytes);
      break;
    case 52:
      passAt52(table, offset, to, step, bytes);
      break;
    case 23:
      passAt23(table, offset, to, step, bytes);
      break;
    case 33:
      passAt33(table, offset, to, step, bytes);
      break;
    case 43:
      passAt43(table, offset, to, step, bytes);
      break;
    case 24:
      passAt24(table, offset, to, step, bytes);
      break;
    case 34:
      passAt34(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}

/** A of F(m, r): m results to α points. */
export function outputAdjointPass(
  m: i32,
  r: i32,
  table: usize,
  offset: usize,
  to: usize,
  step: usize,
  bytes: usize,
): void {
  switch (m * 10 + r) {
    case 22:
      passA22(table, offset, to, step, bytes);
      break;
    case 32:
      passA32(table, offset, to, step, bytes);
      break;
    case 42:
      passA42(table, offset, to, step, bytes);
      break;
    case 52:
      passA52(table, offset, to, step, bytes);
      break;
    case 23:
      passA23(table, offset, to, step, bytes);
      break;
    case 33:
      passA33(table, offset, to, step, bytes);
      break;
    case 43:
      passA43(table, offset, to, step, bytes);
      break;
    case 24:
      passA24(table, offset, to, step, bytes);
      break;
    case 34:
      passA34(table, offset, to, step, bytes);
      break;
    default:
      unreachable();
  }
}
