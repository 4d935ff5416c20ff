import type { Image, Rgb } from '../index';

const SIDE = 640;
/** Of the data's extent, left free around it. */
const MARGIN = 0.12;
const RADIUS = 2.2;
const PAPER = 255;
const GRID: Rgb = [232, 232, 236];
const AXIS: Rgb = [190, 190, 198];
const BEHIND: Rgb = [176, 182, 196];
const DOT: Rgb = [32, 98, 200];
const STEPS = [1, 2, 5, 10];

/** Points of the plane as dots on squared paper, x to the right, y up, both to one scale; not finite ones left out. */
export function scatter(points: ArrayLike<number>, behind: ArrayLike<number> = []): Image {
  const data = new Uint8Array(SIDE * SIDE * 3).fill(PAPER);
  // The data decides what is seen: a sample far off must not shrink the rest to a speck.
  const view = viewOf(behind.length > 0 ? behind : points);
  const toX = (x: number) => ((x - view.left) / view.extent) * SIDE;
  const toY = (y: number) => SIDE - ((y - view.bottom) / view.extent) * SIDE;
  const step = lineStep(view.extent);
  for (const [from, place, vertical] of [
    [view.left, toX, true],
    [view.bottom, toY, false],
  ] as const) {
    for (let n = Math.ceil(from / step); n * step < from + view.extent; n++) {
      line(data, Math.floor(place(n * step)), vertical, n === 0 ? AXIS : GRID);
    }
  }
  for (let i = 0; i + 1 < behind.length; i += 2) dot(data, toX(behind[i]!), toY(behind[i + 1]!), BEHIND, 0.5);
  for (let i = 0; i + 1 < points.length; i += 2) dot(data, toX(points[i]!), toY(points[i + 1]!), DOT, 0.7);
  return { width: SIDE, height: SIDE, channels: 3, data };
}

function viewOf(points: ArrayLike<number>): { left: number; bottom: number; extent: number } {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < points.length; i++) {
    if (!Number.isFinite(points[i]!)) continue;
    low[i % 2] = Math.min(low[i % 2]!, points[i]!);
    high[i % 2] = Math.max(high[i % 2]!, points[i]!);
  }
  const spread = Math.max(high[0]! - low[0]!, high[1]! - low[1]!);
  const extent = (spread > 0 && Number.isFinite(spread) ? spread : 1) * (1 + 2 * MARGIN);
  const middle = (axis: number) => (Number.isFinite(low[axis]!) ? (low[axis]! + high[axis]!) / 2 : 0);
  return { left: middle(0) - extent / 2, bottom: middle(1) - extent / 2, extent };
}

/** Between four and ten lines across, at round numbers. */
function lineStep(extent: number): number {
  const power = 10 ** Math.floor(Math.log10(extent / 4));
  const fitting = STEPS.filter((step) => step * power <= extent / 4);
  return power * (fitting[fitting.length - 1] ?? 1);
}

function line(data: Uint8Array, at: number, vertical: boolean, color: Rgb): void {
  if (at < 0 || at >= SIDE) return;
  for (let i = 0; i < SIDE; i++) data.set(color, (vertical ? i * SIDE + at : at * SIDE + i) * 3);
}

/** A disc with a smooth edge, mixed with what is under it. */
function dot(data: Uint8Array, centerX: number, centerY: number, color: Rgb, opacity: number): void {
  if (!(Math.abs(centerX) < 2 * SIDE && Math.abs(centerY) < 2 * SIDE)) return;
  const reach = Math.ceil(RADIUS + 1);
  for (
    let y = Math.max(0, Math.floor(centerY) - reach);
    y <= Math.min(SIDE - 1, Math.floor(centerY) + reach);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(centerX) - reach);
      x <= Math.min(SIDE - 1, Math.floor(centerX) + reach);
      x++
    ) {
      const distance = Math.hypot(x + 0.5 - centerX, y + 0.5 - centerY);
      const share = opacity * Math.min(1, Math.max(0, RADIUS + 0.5 - distance));
      const at = (y * SIDE + x) * 3;
      for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c]! * (1 - share) + color[c]! * share);
    }
  }
}
