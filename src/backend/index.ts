import { installGradients } from '../gradients/index';
import { registerKallima } from './register';

export { enableRelaxedSimd } from '../wasm/features';
export type { KallimaBackend, KallimaOptions, KallimaReport } from './backend';
export {
  BACKEND_NAMES,
  type BackendChoice,
  type BackendName,
  type ChooseOptions,
  chooseBackend,
} from './choose';
export { kallimaBackend, registerKallima } from './register';
export { completeTfjsWasm } from './tfjs-wasm';

// What importing `kallima/backend` does: TF.js's gradients put right, the backend known by its name.
installGradients();
registerKallima();
