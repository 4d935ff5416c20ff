/** Lightness 0 to 1, then green–red and blue–yellow, each about −0.4 to 0.4. */
export type Oklab = readonly [lightness: number, a: number, b: number];

const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toGamma = (v: number): number => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/**
 * Colours by how alike they look.
 *
 * @param red, green, blue sRGB, 0 to 255.
 * @see Ottosson 2020, A perceptual color space for image processing, https://bottosson.github.io/posts/oklab/
 */
export function rgbToOklab(red: number, green: number, blue: number): Oklab {
  const r = toLinear(red / 255);
  const g = toLinear(green / 255);
  const b = toLinear(blue / 255);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** sRGB, 0 to 255, rounded and clipped, as `0xBBGGRR`. */
export function oklabToPacked(lightness: number, a: number, b: number): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (v: number): number => Math.round(255 * Math.min(1, Math.max(0, toGamma(v))));
  return (
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) |
    (byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8) |
    (byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s) << 16)
  );
}
