import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxModel } from '../../src/formats/onnx/model';
import { writeOnnx } from '../../src/formats/onnx/write';
import type { OnnxInput } from '../support/onnx-runtime';
import { MATH_RECIPES } from './random-math';
import { RandomNumbers } from './random-numbers';
import { SHAPE_RECIPES } from './random-shapes';

/** A value of floats in a random graph. */
export interface Made {
  readonly name: string;
  readonly shape: readonly number[];
  /** About the largest absolute value. */
  readonly bound: number;
  /** Whether any runtime gives the same bits: only then may it be rounded or compared. */
  readonly exact: boolean;
}

/** Adds a step to a graph; undefined where it finds nothing that fits. */
export interface Recipe {
  /** First opset that has it. */
  readonly from?: number;
  readonly to?: number;
  readonly make: (graph: RandomGraph) => Made | undefined;
}

export type Recipes = Readonly<Record<string, Recipe>>;

const RECIPES: Recipes = { ...MATH_RECIPES, ...SHAPE_RECIPES };

const OPSETS = [9, 11, 13, 17, 18, 21];
/** Beyond this a value is squashed before it is used. */
const LARGE = 12;
const MOST_ELEMENTS = 4096;

/** A graph that grows by recipes, with everything drawn from a seed. */
export class RandomGraph extends RandomNumbers {
  readonly opset: number;
  readonly builder: OnnxBuilder;
  readonly values: Made[] = [];
  readonly inputs: Record<string, OnnxInput> = {};
  /** Recipes so far, for messages. */
  readonly steps: string[] = [];
  private readonly used = new Set<string>();

  /** @param most steps that are taken: the first ones of the same graph. */
  constructor(
    readonly seed: number,
    most = Number.POSITIVE_INFINITY,
  ) {
    super(seed);
    this.opset = this.pick(OPSETS);
    this.builder = new OnnxBuilder(this.opset);
    this.makeInputs();
    const count = Math.min(this.int(5, 25), most);
    const names = Object.keys(RECIPES).filter((name) => {
      const { from = 0, to = 99 } = RECIPES[name]!;
      return this.opset >= from && this.opset <= to;
    });
    for (let tries = 0; this.steps.length < count && tries < 200; tries++) {
      const name = this.pick(names);
      const made = RECIPES[name]!.make(this);
      if (!made) continue;
      this.values.push(made);
      this.steps.push(`${name} [${made.shape}]`);
    }
  }

  /** A constant of floats: an initializer, or what a Constant node makes. */
  weights(shape: readonly number[], scale = 1, middle = 0): string {
    const values = this.numbers(product(shape), scale).map((value) => value + middle);
    return this.builder.constant(values, shape);
  }

  /** An earlier value that fits, the younger the likelier; squashed if it is large. */
  value(fits: (value: Made) => boolean = () => true): Made | undefined {
    const candidates = this.values.filter(fits);
    if (candidates.length === 0) return undefined;
    const at = Math.floor(candidates.length * Math.sqrt(this.random()));
    const value = candidates[at]!;
    this.used.add(value.name);
    if (value.bound <= LARGE) return value;
    return this.apply('Tanh', [value], {}, value.shape, 1);
  }

  /** A batch of images. */
  image(fits: (value: Made) => boolean = () => true): Made | undefined {
    return this.value((value) => value.shape.length === 4 && fits(value));
  }

  /** An operator with one output. */
  apply(
    op: string,
    inputs: readonly (Made | string)[],
    attributes: OnnxAttributes,
    shape: readonly number[],
    bound: number,
    exact = false,
  ): Made {
    for (const input of inputs) if (typeof input !== 'string') this.used.add(input.name);
    const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
    return { name: this.builder.node(op, names, attributes), shape, bound, exact };
  }

  /** A further input of whole numbers below `limit`, some counted from the end; exact. */
  labels(shape: readonly number[], limit: number): string {
    const name = `labels${Object.keys(this.inputs).length}`;
    this.builder.input(name, shape, 'int64');
    const data = Array.from({ length: product(shape) }, () => this.int(-limit, limit - 1));
    this.inputs[name] = { data, shape, type: 'int64' };
    return name;
  }

  /** A list as operators take it: an attribute before an opset, an input from then on. */
  list(name: string, since: number, values: readonly number[]): [string[], OnnxAttributes] {
    return this.opset < since ? [[], { [name]: values }] : [[this.builder.integers(values)], {}];
  }

  /** Whether a tensor of this shape is not too large to go on with. */
  fits(shape: readonly number[]): boolean {
    return shape.length <= 5 && product(shape) <= MOST_ELEMENTS;
  }

  /** The model; by default its outputs are what no other node reads. */
  model(all = false): OnnxModel {
    for (const { name } of this.values) {
      if (all || !this.used.has(name)) this.builder.output(name, undefined);
    }
    return this.builder.build();
  }

  bytes(all = false): Uint8Array<ArrayBuffer> {
    return writeOnnx(this.model(all));
  }

  private makeInputs(): void {
    const count = this.int(1, 3);
    for (let i = 0; i < count; i++) {
      const image = i === 0 || this.chance(0.5);
      const shape = image
        ? [this.int(1, 2), this.pick([1, 2, 3, 4, 6, 8]), this.int(1, 9), this.int(1, 9)]
        : Array.from({ length: this.int(1, 3) }, () => this.int(1, 12));
      const name = `x${i}`;
      const open = this.chance(0.4);
      this.builder.input(
        name,
        shape.map((size, axis) => (open && axis !== 1 ? `${name}_${axis}` : size)),
      );
      this.inputs[name] = { data: this.numbers(product(shape)).map(Math.fround), shape };
      this.values.push({ name, shape, bound: 1, exact: true });
    }
  }
}

export function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
