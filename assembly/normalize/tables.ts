// Tables of one float a lane of the grid, so that the passes over the tensor need no index arithmetic.

import { gridChannels, gridGroups, gridWidth } from './grid';

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
    for (let c: usize = 0; c < <usize>channels; c++) {
      const factor = scaled ? <f64>load<f32>(scale + (c << 2)) : 1;
      const value = <f32>(factor / sqrt(<f64>load<f32>(variance + (c << 2)) + epsilon));
      for (let w = c; w < <usize>width; w += channels) store<f32>(table + (w << 2), value);
    }
    table += <usize>width << 2;
    variance += <usize>channels << 2;
  }
}
