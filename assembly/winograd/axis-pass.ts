// A transform along one axis, over a run of channels.

// Each takes a value of every line from the pointers of `table`, `offset` bytes behind them, and lets T store the
// results `step` bytes apart from `to` on; `bytes` of channels, a multiple of 16. T is a class, as in
// elementwise/unary-functions.ts, so that the transform is inlined into the loop.

export function pass1<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0));
    p0 += 16;
  }
}

export function pass2<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0), v128.load(p1));
    p0 += 16;
    p1 += 16;
  }
}

export function pass3<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0), v128.load(p1), v128.load(p2));
    p0 += 16;
    p1 += 16;
    p2 += 16;
  }
}

export function pass4<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
}

export function pass5<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
  }
}

export function pass6<T>(table: usize, offset: usize, to: usize, step: usize, bytes: usize): void {
  let p0 = <usize>load<u32>(table) + offset;
  let p1 = <usize>load<u32>(table, 4) + offset;
  let p2 = <usize>load<u32>(table, 8) + offset;
  let p3 = <usize>load<u32>(table, 12) + offset;
  let p4 = <usize>load<u32>(table, 16) + offset;
  let p5 = <usize>load<u32>(table, 20) + offset;
  for (const end = to + bytes; to != end; to += 16) {
    changetype<T>(0).apply(to, step, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}
