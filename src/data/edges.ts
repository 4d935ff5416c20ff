import { DataError } from '../errors';
import type { Image } from '../formats/image';
import { rgbToOklab } from '../util/oklab';
import { sizeOf } from '../util/shape';
import { faces } from './faces/faces';
import type { FacesData, FacesOptions } from './faces/heads';
import type { PairedData } from './paired-images';
import type { DataSource } from './source';

/** Steps in OKLab between neighbours that begin to show, and that are drawn fully black. */
const FAINT = 0.01;
const STRONG = 0.03;
/** tan 22.5°: where a slope counts as diagonal. */
const DIAGONAL = Math.SQRT2 - 1;

/** A picture's colours in OKLab, three planes of `width · height`. */
function oklabPlanes({ width, height, channels, data }: Image): [Float32Array, Float32Array, Float32Array] {
  const count = width * height;
  const planes: [Float32Array, Float32Array, Float32Array] = [
    new Float32Array(count),
    new Float32Array(count),
    new Float32Array(count),
  ];
  for (let i = 0; i < count; i++) {
    const at = i * channels;
    const [red, green, blue] =
      channels === 1 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!];
    rgbToOklab(red, green, blue).forEach((value, plane) => {
      planes[plane]![i] = value;
    });
  }
  return planes;
}

/**
 * The outlines of a picture, as a pen would draw them: black lines, one or two pixels wide, on white. Where the
 * colour changes is told by Sobel's filters on OKLab, so that equally bright colours have an outline too, and
 * along a line's normal only the steepest pixel is kept.
 *
 * @returns Grey, of the same size.
 * @see Sobel 1968, An Isotropic 3×3 Image Gradient Operator
 * @see Canny 1986, A Computational Approach to Edge Detection, for keeping the steepest only
 */
export function edgesOf(image: Image): Image {
  const { width, height } = image;
  const planes = oklabPlanes(image);
  const steep = new Float32Array(width * height);
  // Which neighbour lies along the normal: 0 right, 1 down right, 2 down, 3 down left.
  const normal = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width;
    const here = y * width;
    const low = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      let [xx, xy, yy] = [0, 0, 0];
      for (const p of planes) {
        const across =
          p[up + right]! -
          p[up + left]! +
          2 * (p[here + right]! - p[here + left]!) +
          p[low + right]! -
          p[low + left]!;
        const down =
          p[low + left]! - p[up + left]! + 2 * (p[low + x]! - p[up + x]!) + p[low + right]! - p[up + right]!;
        xx += across * across;
        xy += across * down;
        yy += down * down;
      }
      // Over all planes, the steepest direction and the slope along it, of a step of one between neighbours.
      const root = Math.sqrt((xx - yy) ** 2 + 4 * xy * xy);
      steep[here + x] = Math.sqrt((xx + yy + root) / 2) / 8;
      const [dx, dy] = xx >= yy ? [xx - yy + root, 2 * xy] : [2 * xy, yy - xx + root];
      normal[here + x] =
        Math.abs(dy) <= DIAGONAL * Math.abs(dx)
          ? 0
          : Math.abs(dx) <= DIAGONAL * Math.abs(dy)
            ? 2
            : dx * dy > 0
              ? 1
              : 3;
    }
  }
  const data = new Uint8Array(width * height);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : steep[y * width + x]!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = steep[y * width + x]!;
      const [stepX, stepY] = (
        [
          [1, 0],
          [1, 1],
          [0, 1],
          [-1, 1],
        ] as const
      )[normal[y * width + x]!]!;
      const crest = value > at(x - stepX, y - stepY) && value >= at(x + stepX, y + stepY);
      const ink = crest ? Math.min(1, Math.max(0, (value - FAINT) / (STRONG - FAINT))) : 0;
      data[y * width + x] = Math.round(255 * (1 - ink));
    }
  }
  return { width, height, channels: 1, data };
}

/**
 * The images of a source beside their outlines: `a` `[height, width, 1]` as {@link edgesOf} draws them, `b` the
 * image. Outlines are worked out when first read and kept.
 *
 * @throws {DataError} if `x` does not hold images of uint8.
 */
export function withEdges(source: DataSource<'x'>): PairedData {
  const shape = source.shapes.x;
  const [height, width, channels] = shape as [number, number, 1 | 3];
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new DataError(
      `withEdges: '${source.name}' must hold images, got values of shape [${shape.join(',')}]`,
    );
  }
  const drawn = new Map<number, Uint8Array>();
  const size = sizeOf(shape);
  const outline = [height, width, 1] as const;
  return {
    name: `${source.name} edges`,
    size: source.size,
    shapes: { a: outline, b: shape },
    meanings: { a: { kind: 'image' }, b: { kind: 'image' } },
    read(indices) {
      const { data } = source.read(indices).x;
      if (!(data instanceof Uint8Array)) {
        throw new DataError(`withEdges: '${source.name}' must hold images of bytes, got floats`);
      }
      const edges = new Uint8Array(indices.length * height * width);
      for (let i = 0; i < indices.length; i++) {
        let found = drawn.get(indices[i]!);
        if (!found) {
          found = edgesOf({ width, height, channels, data: data.subarray(i * size, (i + 1) * size) }).data;
          drawn.set(indices[i]!, found);
        }
        edges.set(found, i * height * width);
      }
      return { a: { data: edges, shape: outline }, b: { data, shape } };
    },
  };
}

/** Pairs of outlines and faces. */
export interface FaceEdgesData extends PairedData, Pick<FacesData, 'attributes'> {}

/**
 * Drawn faces (`b`) and their outlines (`a`), for translation from the one to the other. The outlines tell the
 * shapes; the colours are the translator's to choose.
 *
 * @param options those of {@link faces}.
 * @throws {ArgumentError} if an option is out of range.
 */
export function faceEdges(options: FacesOptions = {}): FaceEdgesData {
  const source = faces(options);
  return { ...withEdges(source), name: 'face-edges', attributes: source.attributes };
}
