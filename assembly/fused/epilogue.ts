// What a producer does to its results while they are in the cache: a vector is added, a function applied, or the
// results are masked by the derivative of a rectifier.
//
// A record with an epilogue has EPILOGUE_WORDS more words behind its parameters (0 without one), and what it reads
// as its last inputs. The inner tiles know nothing of it: rows are finished when they are complete.

import { BINARY_ADD } from '../abi/elementwise';
import { EPILOGUE_ADDS, EPILOGUE_MASKS } from '../abi/fused';
import { FloatRow } from '../elementwise/binary';
import { unaryRow } from '../elementwise/unary';
import { isRectifier, masked, rectifiedSum } from './pairs';

/** How many of a record's inputs are the epilogue's. */
// @ts-ignore: decorator
@inline
export function epilogueInputs(epilogue: usize): i32 {
  const flags = load<i32>(epilogue);
  return (flags & EPILOGUE_ADDS) + i32((flags & EPILOGUE_MASKS) != 0);
}

/** The vector that is added, 0 where there is none; a record has `pointers`. */
// @ts-ignore: decorator
@inline
export function addendOf(epilogue: usize, args: usize, pointers: i32): usize {
  if (!(load<i32>(epilogue) & EPILOGUE_ADDS)) return 0;
  return load<u32>(args + (<usize>(pointers - epilogueInputs(epilogue)) << 2));
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
 * y = f(y + addend), or y · step(mask), for `channels` floats of each of `pixels`, `pixelBytes` from one to the
 * next. The mask, if any, is the last of the record's `pointers` and has the layout of the whole result, its first
 * pointer.
 * Numerics  those of the addition, the function and the product as records of their own.
 */
export function finishPixels(
  y: usize,
  pixels: i32,
  channels: i32,
  pixelBytes: usize,
  addend: usize,
  epilogue: usize,
  args: usize,
  pointers: i32,
): void {
  const code = load<i32>(epilogue, 4) - 1;
  const atOnce = addend != 0 && isRectifier(code);
  if (addend) {
    let pixel = y;
    for (let i = pixels; i > 0; i--) {
      if (atOnce) rectifiedSum(code, pixel, pixel, addend, channels, epilogue + 8);
      else changetype<FloatRow>(0).row(BINARY_ADD, pixel, pixel, addend, channels, true, true);
      pixel += pixelBytes;
    }
  }
  if (atOnce) return;
  if (pixelBytes == <usize>channels << 2) {
    channels *= pixels;
    pixels = 1;
  }
  const masks = (load<i32>(epilogue) & EPILOGUE_MASKS) != 0;
  const mask = masks ? <usize>load<u32>(args + (<usize>(pointers - 1) << 2)) - <usize>load<u32>(args) : 0;
  for (; pixels > 0; pixels--) {
    if (masks) masked(y, y, y + mask, channels, epilogue + 8);
    else activate(y, channels, epilogue);
    y += pixelBytes;
  }
}
