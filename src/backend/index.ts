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

registerKallima();
