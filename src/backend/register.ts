import {
  engine,
  findBackendFactory,
  getKernel,
  registerBackend,
  registerKernel,
} from '@tensorflow/tfjs-core';
import { KallimaBackend, type KallimaOptions } from './backend';
import { cpuKernels } from './forward';
import { ownKernels } from './kernels/index';

/** TF.js cuts a kernel's key at the first underscore, so the name must not hold one. */
const NAME = 'kallima';
/** Below cpu's: a program that never chooses a backend keeps the one it has. */
const PRIORITY = 0;

let options: KallimaOptions = {};

/**
 * Makes the backend `kallima` known to TF.js; importing `kallima/backend` calls it once. Call it again, before
 * the backend starts, to set options.
 *
 * @throws {ArgumentError} if the backend runs already with other options.
 */
export function registerKallima(chosen?: KallimaOptions): void {
  if (chosen) {
    const running = kallimaBackend();
    if (running) running.requireOptions(chosen);
    else options = chosen;
  }
  registerKernels();
  if (!findBackendFactory(NAME)) registerBackend(NAME, () => KallimaBackend.create(options), PRIORITY);
}

/** The running `kallima` backend, whether or not it is the current one. */
export function kallimaBackend(): KallimaBackend | undefined {
  // Not by `instanceof`: an ES module and a CommonJS copy of this package may meet in one program.
  return engine().registry[NAME] as KallimaBackend | undefined;
}

function registerKernels(): void {
  const own = ownKernels();
  const cpu = cpuKernels();
  for (const kernelName of new Set([...own.keys(), ...cpu.keys()])) {
    if (getKernel(kernelName, NAME)) continue;
    const ownKernel = own.get(kernelName);
    const cpuKernel = cpu.get(kernelName);
    registerKernel({
      kernelName,
      backendName: NAME,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as KallimaBackend).runKernel(kernelName, ownKernel, cpuKernel, inputs, attrs),
    });
  }
}
