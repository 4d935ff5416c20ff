// The op suite that TF.js ships, run on the backend `kallima`. Bundled by run.js, since the suite's modules
// have extensionless imports; its order of imports matters: the environment before the tests.
// The backend is registered without our gradients unless run.js asks for them, see CORRECTED there.
import { engine } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import { registerKallima } from '../../src/backend/register';
import { installGradients } from '../../src/gradients/index';

registerKallima(globalThis.kallimaOptions);
if (globalThis.kallimaOptions.gradients) installGradients();
setTestEnvs([{ name: 'kallima', backendName: 'kallima', isDataSync: true }]);

// A backend that fails to start would quietly leave the specs to cpu.
const setBackend = engine().setBackend.bind(engine());
engine().setBackend = async (name) => {
  const started = await setBackend(name);
  if (name === 'kallima' && !started) throw new Error('the backend kallima did not start');
  return started;
};
require('@tensorflow/tfjs-core/dist/tests');
