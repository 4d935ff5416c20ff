// How the filter's gradient is cut into tiles, and where its transformed operands lie.

import { Geometry } from '../conv/geometry';
import { TILE_ROWS } from '../gemm/tile';
import { shareStart } from '../split';

/** Rows of a group of the transformed input: whole tiles, and whole vectors of channels. */
export const GROUP_ROWS: i32 = TILE_ROWS * 4;

/** The parameters of a Winograd filter gradient's records. Sizes in bytes where they say so. */
@unmanaged
export class FilterPlan extends Geometry {
  /** Images of the block, and its first. */
  image: i32;
  images: i32;
  /** Results along an axis of the larger tiles; the others have one less. How many there are of each. */
  sizeH: i32;
  largeH: i32;
  smallH: i32;
  sizeW: i32;
  largeW: i32;
  smallW: i32;
  /** Bytes of one point: of the transformed input, the transformed gradient, and the products. */
  inputBytes: i32;
  gradientBytes: i32;
  productBytes: i32;
  /** Which of how many ranges of groups is to be computed; p has room for one range. */
  range: i32;
  ranges: i32;

  /** Taps of a stride phase. */
  get tapsH(): i32 {
    return this.filterH / this.strideH;
  }
  get tapsW(): i32 {
    return this.filterW / this.strideW;
  }
  get pointsH(): i32 {
    return this.sizeH + this.tapsH - 1;
  }
  get pointsW(): i32 {
    return this.sizeW + this.tapsW - 1;
  }
  /** Vectors of four channels in a phase of the input. */
  get vectors(): i32 {
    return (this.inC + 3) >> 2;
  }
  /** Rows of the products: stride phases × input channels in whole vectors. */
  get rows(): i32 {
    return this.strideH * this.strideW * this.vectors * 4;
  }
  get rowTiles(): i32 {
    return (this.rows + TILE_ROWS - 1) / TILE_ROWS;
  }
  get firstGroup(): i32 {
    return shareStart((this.rowTiles + 3) >> 2, this.range, this.ranges);
  }
  get endGroup(): i32 {
    return shareStart((this.rowTiles + 3) >> 2, this.range + 1, this.ranges);
  }
  get panels(): i32 {
    return (this.outC + 7) >> 3;
  }
  get tiles(): i32 {
    return this.images * (this.largeH + this.smallH) * (this.largeW + this.smallW);
  }

  // Tiles in this order: small by large, large by large, large by small, small by small (rows by columns), so that
  // those which have a value at a certain point follow each other.

  get firstLarge(): i32 {
    return this.images * this.smallH * this.largeW;
  }
  get endLarge(): i32 {
    return this.firstLarge + this.images * this.largeH * this.largeW;
  }
  get firstSmall(): i32 {
    return this.endLarge + this.images * this.largeH * this.smallW;
  }

  /** First tile with a value at point (i, j). */
  begin(i: i32, j: i32): i32 {
    return i < this.pointsH - 1 ? 0 : this.firstLarge;
  }
  /** The tile after the last one. */
  end(i: i32, j: i32): i32 {
    if (j == this.pointsW - 1) return this.endLarge;
    return i < this.pointsH - 1 ? this.tiles : this.firstSmall;
  }
}
