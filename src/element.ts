// The entry `kallima/element`: <kallima-generator> in any page.
import { KallimaGenerator } from './element/element';

export type { DrawEvent, LoadEvent } from './element/element';
export { KallimaGenerator };

declare global {
  interface HTMLElementTagNameMap {
    'kallima-generator': KallimaGenerator;
  }
}

const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get('kallima-generator')) registry.define('kallima-generator', KallimaGenerator);
