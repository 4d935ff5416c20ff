/** Side of the picture in pixels. */
export const SIDE = 32;
/** Samples along a pixel's edge: the average of 4 × 4 smooths the edges. */
const OVER = 4;
const FINE = SIDE * OVER;
/** Edges of one polygon that a row may cross; no shape here has more. */
const MAX_CROSSINGS = 32;
/** Below this, a loop is quicker than `fill`. */
const SHORT = 24;

/** Points as x, y, x, y, … in pixels. */
export type Points = readonly number[];

/** Keeps a shape inside what is already painted in one or two colours. */
export type Mask = readonly [number, number?];

/**
 * A small rasteriser: filled polygons and ellipses on a grid four times as fine as the picture, one packed
 * colour (`0xBBGGRR`) a sample, averaged at the end. A shape can be kept inside earlier colours, so shadows
 * and shine need no outline of their own.
 */
export class Canvas {
  private readonly samples = new Int32Array(FINE * FINE);
  /** Of each row: where the polygon's edges cross it, and how many do. */
  private readonly crossings = new Float64Array(FINE * MAX_CROSSINGS);
  private readonly found = new Uint8Array(FINE);
  /** Where the picture's coordinates are turned around, and by how much: cosine, sine. */
  private pivotX = 0;
  private pivotY = 0;
  private cosine = 1;
  private sine = 0;

  /** All shapes that follow are turned by `angle` radians about a point. */
  turn(angle: number, pivotX: number, pivotY: number): void {
    this.cosine = Math.cos(angle);
    this.sine = Math.sin(angle);
    this.pivotX = pivotX;
    this.pivotY = pivotY;
  }

  /** One colour from the top row to the bottom row, blended between two. */
  background(top: number, bottom: number): void {
    for (let y = 0; y < FINE; y++)
      this.samples.fill(mix(top, bottom, y / (FINE - 1)), y * FINE, (y + 1) * FINE);
  }

  /** Fills a polygon (non-convex is fine; where it crosses itself, even–odd). */
  polygon(points: Points, color: number, inside?: Mask): void {
    const count = points.length / 2;
    const turned = new Array<number>(points.length);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const x = points[2 * i]! - this.pivotX;
      const y = points[2 * i + 1]! - this.pivotY;
      turned[2 * i] = (this.pivotX + x * this.cosine - y * this.sine) * OVER;
      const fineY = (this.pivotY + x * this.sine + y * this.cosine) * OVER;
      turned[2 * i + 1] = fineY;
      if (fineY < low) low = fineY;
      if (fineY > high) high = fineY;
    }
    const first = Math.max(0, Math.ceil(low - 0.5));
    const end = Math.min(FINE, Math.ceil(high - 0.5));
    if (first >= end) return;
    this.found.fill(0, first, end);
    let fromX = turned[2 * count - 2]!;
    let fromY = turned[2 * count - 1]!;
    for (let i = 0; i < count; i++) {
      const toX = turned[2 * i]!;
      const toY = turned[2 * i + 1]!;
      if (fromY < toY) this.edge(fromX, fromY, toX, toY, first, end);
      else if (toY < fromY) this.edge(toX, toY, fromX, fromY, first, end);
      fromX = toX;
      fromY = toY;
    }
    for (let y = first; y < end; y++) {
      const row = y * MAX_CROSSINGS;
      for (let i = 0; i + 1 < this.found[y]!; i += 2) {
        this.span(y, this.crossings[row + i]!, this.crossings[row + i + 1]!, color, inside);
      }
    }
  }

  /** Notes, in order, where an edge crosses the middle of each row from `first` to `end`. */
  private edge(topX: number, topY: number, lowX: number, lowY: number, first: number, end: number): void {
    const { crossings, found } = this;
    const slope = (lowX - topX) / (lowY - topY);
    const last = Math.min(end, Math.ceil(lowY - 0.5));
    for (let y = Math.max(first, Math.ceil(topY - 0.5)); y < last; y++) {
      const x = topX + (y + 0.5 - topY) * slope;
      const row = y * MAX_CROSSINGS;
      if (found[y] === MAX_CROSSINGS) continue;
      let at = row + found[y]!++;
      for (; at > row && crossings[at - 1]! > x; at--) crossings[at] = crossings[at - 1]!;
      crossings[at] = x;
    }
  }

  ellipse(
    centerX: number,
    centerY: number,
    radiusX: number,
    radiusY: number,
    color: number,
    inside?: Mask,
  ): void {
    const x = centerX - this.pivotX;
    const y = centerY - this.pivotY;
    const fineX = (this.pivotX + x * this.cosine - y * this.sine) * OVER;
    const fineY = (this.pivotY + x * this.sine + y * this.cosine) * OVER;
    const halfHeight = radiusY * OVER;
    const halfWidth = radiusX * OVER;
    // Turned by a small angle, an ellipse is sheared: each row is as wide as before, its middle moved.
    const shear = -this.sine * (1 - (halfWidth / halfHeight) ** 2) * this.cosine;
    const last = Math.min(FINE - 1, Math.ceil(fineY + halfHeight - 0.5) - 1);
    for (let row = Math.max(0, Math.ceil(fineY - halfHeight - 0.5)); row <= last; row++) {
      const up = row + 0.5 - fineY;
      const half = halfWidth * Math.sqrt(Math.max(0, 1 - (up / halfHeight) ** 2));
      const middle = fineX + shear * up;
      this.span(row, middle - half, middle + half, color, inside);
    }
  }

  private span(y: number, from: number, to: number, color: number, inside?: Mask): void {
    const first = y * FINE + Math.max(0, Math.ceil(from - 0.5));
    const end = y * FINE + Math.min(FINE, Math.ceil(to - 0.5));
    const samples = this.samples;
    if (inside !== undefined) {
      const one = inside[0]!;
      const other = inside[1] ?? one;
      for (let i = first; i < end; i++) if (samples[i] === one || samples[i] === other) samples[i] = color;
    } else if (end - first > SHORT) {
      samples.fill(color, first, end);
    } else {
      for (let i = first; i < end; i++) samples[i] = color;
    }
  }

  /**
   * Replaces every sample: `color` of what lies there and where its middle is, in pixels, gives the new colour.
   * So shapes can be drawn as numbers of materials first and be lit afterwards.
   */
  repaint(paint: (color: number, x: number, y: number) => number): void {
    const samples = this.samples;
    for (let row = 0, i = 0; row < FINE; row++) {
      const y = (row + 0.5) / OVER;
      for (let column = 0; column < FINE; column++, i++) {
        samples[i] = paint(samples[i]!, (column + 0.5) / OVER, y);
      }
    }
  }

  /** Averages the samples into `[32, 32, 3]` bytes at `offset` of `out`. */
  resolve(out: Uint8Array, offset: number): void {
    const samples = this.samples;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        // Sixteen bytes sum to less than 2¹², so red and blue can share a word.
        let redBlue = 0;
        let green = 0;
        for (let row = 0, i = y * OVER * FINE + x * OVER; row < OVER; row++, i += FINE) {
          const a = samples[i]!;
          const b = samples[i + 1]!;
          const c = samples[i + 2]!;
          const d = samples[i + 3]!;
          redBlue += (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
          green += (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00);
        }
        const at = offset + (y * SIDE + x) * 3;
        out[at] = ((redBlue & 0xffff) + 8) >> 4;
        out[at + 1] = ((green >> 8) + 8) >> 4;
        out[at + 2] = ((redBlue >>> 16) + 8) >> 4;
      }
    }
  }
}

/** Between two packed colours, by `share` from the first to the second. */
export function mix(a: number, b: number, share: number): number {
  const channel = (shift: number): number => {
    const from = (a >> shift) & 255;
    return Math.round(from + (((b >> shift) & 255) - from) * share) << shift;
  };
  return channel(0) | channel(8) | channel(16);
}

/** A closed smooth curve through the points: Catmull–Rom, `steps` straight pieces between two points. */
export function smooth(points: Points, steps = 4): number[] {
  const count = points.length / 2;
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const a = 2 * ((i + count - 1) % count);
    const b = 2 * i;
    const c = 2 * ((i + 1) % count);
    const d = 2 * ((i + 2) % count);
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      for (let k = 0; k < 2; k++) {
        const [p, q, r, s] = [points[a + k]!, points[b + k]!, points[c + k]!, points[d + k]!];
        out.push(q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
      }
    }
  }
  return out;
}

/** The points and their mirror image about x = `axis`, as one closed outline: given top to bottom on one side. */
export function mirrored(half: Points, axis: number): number[] {
  const out = [...half];
  for (let i = half.length - 2; i >= 0; i -= 2) out.push(2 * axis - half[i]!, half[i + 1]!);
  return out;
}
