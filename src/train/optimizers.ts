import {
  add,
  div,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import type { OptimizerOptions } from '../games/game';
import { hasKernel, runKernel } from '../ops/kernels';
import type { OptimizerSettings } from '../program/records/optimizer';
import { requireNumber } from '../util/require';

type SlotVariables<S extends string> = Readonly<Record<S, Variable>>;

/** How one kind of optimizer changes one parameter. */
interface Rule<S extends string = string> {
  /** Tensors of the parameter's shape that it keeps between updates, zero at first. */
  readonly slots: readonly S[];
  /** A kernel that does the update in place, on backends that have it. */
  readonly kernel: string;
  /** What the kernel is told at update `step` ≥ 1, besides the learning rate. */
  attrs(step: number): Record<string, number>;
  /** The same update made of TF.js ops. */
  compose(
    parameter: Variable,
    gradient: Tensor,
    slots: SlotVariables<S>,
    learningRate: number,
    step: number,
  ): void;
}

function sgd({ momentum = 0 }: OptimizerOptions & { kind: 'sgd' }): Rule<'velocity'> {
  return {
    slots: momentum === 0 ? [] : ['velocity'],
    kernel: 'KallimaSgdStep',
    attrs: () => ({ momentum }),
    compose(parameter, gradient, { velocity }, learningRate) {
      if (momentum !== 0) velocity.assign(add(mul(velocity, momentum), gradient));
      parameter.assign(sub(parameter, mul(momentum === 0 ? gradient : velocity, learningRate)));
    },
  };
}

function rmsprop({ decay = 0.99, epsilon = 1e-8 }: OptimizerOptions & { kind: 'rmsprop' }): Rule<'square'> {
  return {
    slots: ['square'],
    kernel: 'KallimaRmsPropStep',
    attrs: () => ({ decay, epsilon }),
    compose(parameter, gradient, slots, learningRate) {
      slots.square.assign(add(mul(slots.square, decay), mul(square(gradient), 1 - decay)));
      const change = div(gradient, add(sqrt(slots.square), epsilon));
      parameter.assign(sub(parameter, mul(change, learningRate)));
    },
  };
}

function adam({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: OptimizerOptions & { kind: 'adam' }): Rule<'first' | 'second'> {
  return {
    slots: ['first', 'second'],
    kernel: 'KallimaAdamStep',
    attrs: (step) => ({ beta1, beta2, epsilon, step }),
    compose(parameter, gradient, { first, second }, learningRate, step) {
      first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
      second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
      const root = add(mul(sqrt(second), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
      parameter.assign(sub(parameter, mul(div(first, root), learningRate / (1 - beta1 ** step))));
    },
  };
}

function ruleOf(options: OptimizerOptions): Rule {
  switch (options.kind) {
    case 'sgd':
      return sgd(options);
    case 'rmsprop':
      return rmsprop(options);
    case 'adam':
      return adam(options);
  }
}

/** A rate or epsilon may be any number from 0; a decay or momentum is at most 1. */
const MAXIMA: Readonly<Record<string, number>> = {
  learningRate: Number.POSITIVE_INFINITY,
  epsilon: Number.POSITIVE_INFINITY,
  momentum: 1,
  decay: 1,
  beta1: 1,
  beta2: 1,
};

function checkOptions(options: OptimizerOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const maximum = MAXIMA[name];
    if (maximum === undefined || value === undefined) continue;
    requireNumber('optimizer', name, Number(value), 0, maximum);
  }
}

/**
 * Minimises over a fixed list of parameters, with PyTorch's formulas:
 *
 * - sgd: `v ← momentum·v + g; p ← p − lr·v`
 * - rmsprop: `s ← decay·s + (1 − decay)·g²; p ← p − lr·g / (√s + ε)`; decay 0.99, ε 1e-8
 * - adam: `m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
 *   p ← p − lr/(1 − β₁ᵗ) · m / (√(v/(1 − β₂ᵗ)) + ε)`; β 0.9 and 0.999, ε 1e-8
 *
 * On a backend with kernels for them parameters and slots change in place; elsewhere the same arithmetic
 * is made of TF.js ops. The results agree to rounding.
 */
export class Optimizer {
  /** What it keeps between updates, as `<parameter>/<slot>`; part of a checkpoint. */
  readonly slots: ReadonlyMap<string, Variable>;
  private readonly rule: Rule;
  private readonly slotsOf = new Map<string, SlotVariables<string>>();

  /**
   * @param parameters by name, on the current backend.
   * @param step updates done so far; part of a checkpoint.
   * @throws {ArgumentError} if an option is out of its range.
   */
  constructor(
    readonly options: OptimizerOptions,
    readonly parameters: ReadonlyMap<string, Variable>,
    public step = 0,
  ) {
    checkOptions(options);
    this.rule = ruleOf(options);
    const slots = new Map<string, Variable>();
    for (const [name, parameter] of parameters) {
      const own: Record<string, Variable> = {};
      for (const slot of this.rule.slots) {
        own[slot] = tidy(() => variable(zeros(parameter.shape), false));
        slots.set(`${name}/${slot}`, own[slot]);
      }
      this.slotsOf.set(name, own);
    }
    this.slots = slots;
  }

  /**
   * One update.
   *
   * @param gradientOf finds a parameter's gradient; a parameter without one stays as it is.
   * @param rateFactor what the learning rate is multiplied by.
   */
  update(gradientOf: (parameter: Variable) => Tensor | undefined, rateFactor = 1): void {
    this.step += 1;
    const { kernel } = this.rule;
    const settings = this.settings(this.step, rateFactor);
    const attrs = hasKernel(kernel) ? { ...settings } : undefined;
    for (const [name, parameter] of this.parameters) {
      const gradient = gradientOf(parameter);
      if (!gradient) continue;
      const slots = this.slotsOf.get(name)!;
      if (attrs) runKernel(kernel, { parameter, gradient, ...slots }, attrs);
      else tidy(() => this.rule.compose(parameter, gradient, slots, settings.learningRate, this.step));
    }
  }

  /** What a kernel is told at update `step`, counted from 1. */
  settings(step: number, rateFactor: number): OptimizerSettings {
    return { ...this.rule.attrs(step), learningRate: this.options.learningRate * rateFactor };
  }

  dispose(): void {
    for (const slot of this.slots.values()) slot.dispose();
  }
}
