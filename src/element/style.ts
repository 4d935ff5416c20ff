/** Of every element. Pages style the host, its custom properties and the parts. */
const STYLE = `
:host { display: inline-block; position: relative; inline-size: 16rem; aspect-ratio: 1; }
:host([hidden]) { display: none; }
:host([pixelated]) { image-rendering: pixelated; }
[hidden] { display: none !important; }
button { all: unset; cursor: pointer; box-sizing: border-box; -webkit-tap-highlight-color: transparent; }
button:focus-visible { outline: 3px solid var(--kallima-focus, Highlight); outline-offset: 2px; }
.frame { position: absolute; inset: 0; border-radius: inherit; }
.frame.loading { background: var(--kallima-placeholder, color-mix(in srgb, currentColor 12%, transparent)); }
canvas { display: block; inline-size: 100%; block-size: 100%; object-fit: contain; border-radius: inherit; }
.pause { position: absolute; inset-block-end: 0.4rem; inset-inline-start: 0.4rem; inline-size: 2rem;
  block-size: 2rem; border-radius: 50%; background: #000b; opacity: 0; transition: opacity 0.15s; }
.pause::before { content: ''; position: absolute; inset: 0.6rem 0.65rem; border: solid #fff; border-width: 0 0.25rem; }
.pause.paused::before { border: solid transparent; border-width: 0.4rem 0 0.4rem 0.7rem;
  border-inline-start-color: #fff; inset-inline: 0.75rem auto; }
:host(:hover) .pause, :host(:focus-within) .pause { opacity: 1; }
@media (hover: none) { .pause { opacity: 0.8; } }
.error { position: absolute; inset: 0; box-sizing: border-box; overflow: auto; padding: 0.75rem;
  border: 2px solid var(--kallima-error, #b3261e); border-radius: inherit; background: Canvas; color: CanvasText;
  font: 0.875rem/1.4 system-ui, sans-serif; text-align: start; overflow-wrap: anywhere; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) {
  .frame.loading { animation: wait 1.6s ease-in-out infinite alternate; }
  @keyframes wait { to { opacity: 0.45; } }
}
`;

let shared: CSSStyleSheet | undefined;

/**
 * Sheets for one element: the one of all, and its size by its own attributes. They are made by script, which a
 * policy without inline styles allows; the page's rules for the element win over both.
 */
export function styleSheets(width: number | undefined, height: number | undefined): CSSStyleSheet[] {
  shared ??= sheetOf(STYLE);
  if (!width && !height) return [shared];
  const sizes = width ? `inline-size: ${width}px` : `inline-size: auto; block-size: ${height}px`;
  const ratio = width && height ? `aspect-ratio: ${width} / ${height}` : '';
  return [shared, sheetOf(`:host { ${sizes}; ${ratio} }`)];
}

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
