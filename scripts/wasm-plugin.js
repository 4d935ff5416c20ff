import { readFileSync } from 'node:fs';

/** Vite: imports a .wasm file as its bytes, as the bundler's binary loader does. */
export function wasmBytes() {
  return {
    name: 'wasm-bytes',
    enforce: 'pre',
    load(id) {
      const file = id.split('?')[0];
      if (!file.endsWith('.wasm')) return null;
      const base64 = readFileSync(file).toString('base64');
      return `const text = atob('${base64}');
const bytes = new Uint8Array(text.length);
for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
export default bytes;`;
    },
  };
}
