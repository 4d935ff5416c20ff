import type { Drawn } from './painter';
import { styleSheets } from './style';

/** What a reader of the screen is told. */
export interface Telling {
  /** The user's own words for it. */
  readonly alt: string | null;
  /** The seed that is shown. */
  readonly seed: number | undefined;
  /** It changes by itself. */
  readonly changing: boolean;
  readonly paused: boolean;
}

/** What is inside an element: a button with a canvas, another that pauses, a place for an error. */
export class View {
  private readonly frame = part('button', 'frame');
  private readonly canvas = part('canvas', 'image');
  private readonly pause = part('button', 'pause');
  private readonly error = part('div', 'error');
  private readonly hint = part('span', 'hint');
  private readonly status = part('span', 'unseen');

  constructor(
    private readonly root: ShadowRoot,
    on: { another(): void; step(steps: number): void; pause(): void },
  ) {
    this.canvas.width = this.canvas.height = 1;
    this.hint.id = 'hint';
    this.hint.hidden = true;
    this.hint.textContent = 'Press for another; arrow keys go on and back.';
    this.frame.setAttribute('aria-describedby', 'hint');
    this.status.setAttribute('role', 'status');
    this.error.setAttribute('role', 'alert');
    this.error.hidden = this.pause.hidden = true;
    this.frame.append(this.canvas);
    root.append(this.frame, this.pause, this.error, this.hint, this.status);
    this.frame.addEventListener('click', on.another);
    this.pause.addEventListener('click', on.pause);
    this.frame.addEventListener('keydown', (event) => {
      const steps = STEPS[event.key];
      if (!steps || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      on.step(steps);
    });
  }

  resize(width: number | undefined, height: number | undefined): void {
    this.root.adoptedStyleSheets = styleSheets(width, height);
  }

  /** Waits for a first image. */
  loading(): void {
    this.frame.hidden = false;
    this.error.hidden = true;
    this.mark(this.frame, 'loading', true);
    this.frame.setAttribute('aria-busy', 'true');
  }

  /** Takes the last image away. */
  clear(): void {
    this.canvas.width = this.canvas.height = 1;
    this.mark(this.frame, 'loading', false);
  }

  show({ pixels, width, height }: Drawn): void {
    const { canvas } = this;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
    this.error.hidden = true;
    this.frame.hidden = false;
    this.mark(this.frame, 'loading', false);
    this.frame.removeAttribute('aria-busy');
  }

  fail(message: string): void {
    this.frame.hidden = this.pause.hidden = true;
    this.error.hidden = false;
    this.error.textContent = message;
  }

  /** Names and states; the seed is left out while it changes by itself, or it would be read out again and again. */
  tell({ alt, seed, changing, paused }: Telling): void {
    const state = seed === undefined ? 'loading' : changing && !paused ? 'changing' : `seed ${seed}`;
    setOnce(this.frame, 'aria-label', alt ?? `Generated image, ${state}`);
    this.pause.hidden = !changing || !this.error.hidden;
    this.mark(this.pause, 'paused', paused);
    setOnce(this.pause, 'aria-label', paused ? 'Play' : 'Pause');
  }

  /** Said once, after the user asked for another. */
  say(text: string): void {
    this.status.textContent = text;
  }

  private mark(element: HTMLElement, name: string, on: boolean): void {
    element.classList.toggle(name, on);
    element.part.toggle(name, on);
  }
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function part<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = name;
  element.part.add(name);
  if (element instanceof HTMLButtonElement) element.type = 'button';
  return element;
}

function setOnce(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
