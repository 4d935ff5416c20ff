// Tables of one float a lane of the grid, so that the passes over the tensor need no index arithmetic.

import { gridChannels, gridGroups, gridWidth, demoted, upper } from './grid';

/**
 * table[g][w] = source[g][w mod channels].
 * Arguments: table, source, grid.
 */
export function expand(args: usize, thread: i32): void {
  if (thread != 0) return;
  let table = <usize>load<u32>(args);
  let source = <usize>load<u32>(args, 4);
  const grid = args + 8;
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  for (let g = gridGroups(grid); g > 0; g--) {
    for (let w = 0; w < width; w += channels) {
      memory.copy(table, source, <usize>channels << 2);
      table += <usize>channels << 2;
    }
    source += <usize>channels << 2;
  }
}

/**
 * table[g][w] = scale[c] / √(variance[g][c] + ε), c = w mod channels, in f64, rounded once; ones for the
 * scale where `scaled` is 0.
 * Arguments: table, variance, scale, grid, ε (f32), scaled.
 */
export function reciprocal(args: usize, thread: i32): void {
  if (thread != 0) return;
  let table = <usize>load<u32>(args);
  let variance = <usize>load<u32>(args, 4);
  const scale = <usize>load<u32>(args, 8);
  const grid = args + 12;
  const epsilon = <f64>load<f32>(args, 36);
  const scaled = load<i32>(args, 40);
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  for (let g = gridGroups(grid); g > 0; g--) {
    let c: usize = 0;
    if (width == channels) {
      for (; c < <usize>channels; c += 4) {
        const x = v128.load(variance + (c << 2));
        const s = scaled ? v128.load(scale + (c << 2)) : f32x4.splat(1);
        const low = reciprocals(x, s, epsilon);
        const high = reciprocals(upper(x), upper(s), epsilon);
        v128.store(table + (c << 2), demoted(low, high));
      }
    }
    for (; c < <usize>channels; c++) {
      const factor = scaled ? <f64>load<f32>(scale + (c << 2)) : 1;
      const value = <f32>(factor / sqrt(<f64>load<f32>(variance + (c << 2)) + epsilon));
      for (let w = c; w < <usize>width; w += channels) store<f32>(table + (w << 2), value);
    }
    table += <usize>width << 2;
    variance += <usize>channels << 2;
  }
}

// scale / √(variance + ε) of the first two lanes, in f64.
// @ts-ignore: decorator
@inline
function reciprocals(variance: v128, scale: v128, epsilon: f64): v128 {
  const sum = f64x2.add(f64x2.promote_low_f32x4(variance), f64x2.splat(epsilon));
  return f64x2.div(f64x2.promote_low_f32x4(scale), f64x2.sqrt(sum));
}
