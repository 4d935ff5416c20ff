// The entry `kallima/latent`: tools for the latents of a generator of `kallima/generator`, without TF.js.
export * from './errors';
export { type AnimatedPngOptions, animatedPng } from './formats/animated-png';
export { type DirectionsOptions, latentDirections } from './generator/directions';
export { toAnimatedPng, toPng } from './generator/png';
export { factorDirections, type LatentDirection, principalDirections } from './latent/directions';
export { type Interpolation, Latent, type LatentDistribution, latentsOf } from './latent/latent';
export { grid, type WalkOptions, walk } from './latent/walk';
