import { registerKallima } from './register';

export type { KallimaBackend, KallimaOptions, KallimaReport } from './backend';
export { kallimaBackend, registerKallima } from './register';

registerKallima();
