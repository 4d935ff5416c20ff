// What a producer does to its results while they are in the cache: a vector is added, a function applied.
//
// A record with an epilogue has EPILOGUE_WORDS more words behind its parameters (0 without one), and the vector as
// its last input. The inner tiles know nothing of it: rows are finished when they are complete.

import { BINARY_ADD } from '../abi/elementwise';
import { FloatRow } from '../elementwise/binary';
import { unaryRow } from '../elementwise/unary';

/** The vector that is added, the last of a record's `pointers`; 0 where there is none. */
// @ts-ignore: decorator
@inline
export function addendOf(epilogue: usize, args: usize, pointers: i32): usize {
  return load<i32>(epilogue) ? <usize>load<u32>(args + (<usize>(pointers - 1) << 2)) : 0;
}

/** Whether there is anything to do. */
// @ts-ignore: decorator
@inline
export function finishes(epilogue: usize): bool {
  return (load<i32>(epilogue) | load<i32>(epilogue, 4)) != 0;
}

/** y = f(y), `count` floats. */
// @ts-ignore: decorator
@inline
export function activate(y: usize, count: usize, epilogue: usize): void {
  const code = load<i32>(epilogue, 4);
  if (code) unaryRow(code - 1, y, y, count << 2, epilogue + 8);
}

/**
 * y = f(y + addend) for `channels` floats of each of `pixels`, `pixelBytes` from one to the next.
 * Numerics  those of the addition and of the function as records of their own.
 */
export function finishPixels(
  y: usize,
  pixels: i32,
  channels: i32,
  pixelBytes: usize,
  addend: usize,
  epilogue: usize,
): void {
  if (addend) {
    let pixel = y;
    for (let i = pixels; i > 0; i--) {
      changetype<FloatRow>(0).row(BINARY_ADD, pixel, pixel, addend, channels, true, true);
      pixel += pixelBytes;
    }
  }
  if (pixelBytes == <usize>channels << 2) {
    activate(y, <usize>pixels * channels, epilogue);
    return;
  }
  for (; pixels > 0; pixels--) {
    activate(y, channels, epilogue);
    y += pixelBytes;
  }
}
