import { registerKallima } from './backend/register';
import { installGradients } from './gradients';

export type { KallimaBackend, KallimaOptions, KallimaReport } from './backend/backend';
export {
  BACKEND_NAMES,
  type BackendChoice,
  type BackendName,
  type ChooseOptions,
  chooseBackend,
} from './backend/choose';
export { findGpu, type GpuFound } from './backend/gpu';
export { kallimaBackend, registerKallima } from './backend/register';
export { completeTfjsWasm } from './backend/tfjs-wasm';
export { enableRelaxedSimd, probeWasm, type WasmFeatures } from './wasm/features';

// What importing `kallima/backend` does: TF.js's gradients put right, the backend known by its name.
installGradients();
registerKallima();
