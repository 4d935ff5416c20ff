import { type FacesData, type FacesOptions, type HeadDomain, headsData } from '../faces/heads';
import { drawPortrait, portraitTraits } from './draw';

const PORTRAITS: HeadDomain = {
  name: 'portraits',
  captionDomain: 3,
  draw: drawPortrait,
  traits: portraitTraits,
};

/**
 * The heads of {@link faces}, with the same choices, but shaded and proportioned as on photographs: small eyes,
 * soft light from one side, muted colours, no outlines, a background out of focus. A portrait is a pure function
 * of (seed, index) and has nothing in common with the face of the same seed and index: the two sets are never
 * paired, and what each shows is known all the same.
 *
 * @param options `count` is 20 000 unless given.
 * @throws {ArgumentError} if an option is out of range.
 */
export function portraits(options: FacesOptions = {}): FacesData {
  return headsData(PORTRAITS, options);
}
