import { chooseBackend, kallimaBackend } from '../../src/backend';
import { playImages } from './rounds';

// Plays rounds off the page's main thread, where several threads may compute.
await chooseBackend({ backend: 'kallima', threads: 3 });
const { threads, threadsNote } = kallimaBackend()!.report();
self.postMessage({ threads, note: threadsNote, rounds: await playImages('kallima') });
