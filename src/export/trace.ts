import {
  add,
  engine,
  getBackend,
  type KernelFunc,
  mul,
  registerBackend,
  registerKernel,
  removeBackend,
  type Tensor,
  type TensorInfo,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { cpuKernels } from '../backend/forward';
import { UnsupportedError } from '../errors';
import type { Game } from '../games/game';
import type { ApplyOptions, Network } from '../layers/network';
import type { RandomStream } from '../ops/random';
import { formatShape, type Shape } from '../util/shape';
import { mergeTraces } from './merge';
import type { SeenGraph, SeenInput } from './seen';
import { type KnownWeight, TraceBackend } from './trace-backend';
import type { TracedGraph, TracedType } from './traced-graph';

/** A column that samples are made from. */
export interface TracedColumn {
  /** Of one example. */
  readonly shape: Shape;
  readonly dtype: TracedType;
}

/** What is to be traced. */
export interface GeneratorSource {
  readonly game: Pick<Game, 'kind' | 'sample' | 'samplers'>;
  readonly networks: Readonly<Record<string, Network>>;
  /** A key of the game's `directions`. */
  readonly direction: string;
  /** The columns that it is given. */
  readonly columns: Readonly<Record<string, TracedColumn>>;
}

/** Two numbers of samples whose multiples tell which sizes depend on the batch. */
const COUNTS = [2, 3] as const;
/** TF.js cuts a kernel's key at the first underscore, so the name must not hold one. */
const NAME = 'kallimatrace';

/**
 * Notes what a game does to make samples, as TF.js kernel calls for any number of samples. Everything is run in
 * inference mode, and layers draw no noise: dropout that is on when sampling is left out. Noise that the game itself
 * draws becomes inputs `z`, `z2`, …. The networks stay on the backend where they are, and no backend but the current
 * one is used, which is the current one again at the end.
 *
 * @throws {UnsupportedError} if the generator reads values while it runs, draws noise inside a layer, or does something
 *   else for another number of samples.
 */
export async function traceGenerator(source: GeneratorSource): Promise<TracedGraph> {
  const weights = await readWeights(source);
  const [two, three] = COUNTS.map((count) => see(source, weights, count));
  return mergeTraces(two!, three!);
}

/** Of the networks that make samples; what else is used is read where it lies, if it can be without waiting. */
async function readWeights({
  game,
  networks,
}: GeneratorSource): Promise<ReadonlyMap<TensorInfo['dataId'], KnownWeight>> {
  const weights = new Map<TensorInfo['dataId'], KnownWeight>();
  for (const name of game.samplers) {
    const network = networks[name]!;
    for (const [path, weight] of [...network.parameters, ...network.state]) {
      weights.set(weight.dataId, { name: `${name}/${path}`, values: await weight.data<'float32'>() });
    }
  }
  return weights;
}

/** Runs a game's `sample` on a backend that notes kernel calls, from start to end without waiting. */
function see(
  { game, networks, direction, columns }: GeneratorSource,
  weights: ReadonlyMap<TensorInfo['dataId'], KnownWeight>,
  count: number,
): SeenGraph {
  const backend = new TraceBackend(weights);
  return withBackend(backend, () => {
    const given = Object.entries(columns).map(
      ([name, { shape, dtype }]) => [name, backend.input([count, ...shape], dtype)] as const,
    );
    const random = new InputNoise(backend, count);
    const result = game.sample(quiet(networks), {
      direction,
      count,
      given: Object.fromEntries(given),
      random,
    });
    const output = backend.of(result);
    if (output.values || output.shape[0] !== count) {
      throw new UnsupportedError(
        `export: samples of ${game.kind} must depend on what is given, [count, …], got ${formatShape(output.shape)}${output.values ? ', the same whatever is given,' : ''} for a count of ${count}`,
      );
    }
    const named = given.map(([name, tensor]) => ({ name, tensor: backend.of(tensor) }));
    return { count, inputs: [...random.drawn, ...named], nodes: backend.nodes, output };
  });
}

/** A backend is the current one only within `run`, which must not wait for anything. */
function withBackend<T>(backend: TraceBackend, run: () => T): T {
  const before = getBackend();
  const kernels = cpuKernels();
  registerBackend(NAME, () => backend, 0);
  for (const [kernelName, cpu] of kernels) {
    const kernelFunc: KernelFunc = ({ inputs, attrs }) => backend.run(kernelName, cpu, inputs, attrs);
    registerKernel({ kernelName, backendName: NAME, kernelFunc });
  }
  try {
    // A backend that is made already is set at once; the promise is for the others.
    void engine().setBackend(NAME);
    let result: { readonly value: T } | undefined;
    tidy(() => {
      result = { value: run() };
    });
    return result!.value;
  } finally {
    if (before) void engine().setBackend(before);
    removeBackend(NAME);
    for (const kernelName of kernels.keys()) unregisterKernel(kernelName, NAME);
  }
}

/** The noise that a game draws itself, as inputs. */
class InputNoise implements RandomStream {
  readonly drawn: SeenInput[] = [];

  constructor(
    private readonly backend: TraceBackend,
    private readonly count: number,
  ) {}

  normal(shape: Shape): Tensor {
    return this.draw(shape, 'normal');
  }

  uniform(shape: Shape, minimum = 0, maximum = 1): Tensor {
    const drawn = this.draw(shape, 'uniform');
    if (minimum === -1 && maximum === 1) return drawn;
    const half = (maximum - minimum) / 2;
    return add(mul(drawn, half), minimum + half);
  }

  private draw(shape: Shape, distribution: 'normal' | 'uniform'): Tensor {
    if (shape[0] !== this.count) {
      throw new UnsupportedError(
        `export: noise must be drawn for each sample, [count, …], got ${formatShape(shape)} for a count of ${this.count}`,
      );
    }
    const tensor = this.backend.input(shape, 'float32');
    const name = this.drawn.length === 0 ? 'z' : `z${this.drawn.length + 1}`;
    this.drawn.push({ name, tensor: this.backend.of(tensor), distribution });
    return tensor;
  }
}

/** Networks that only do what the same input always gives. */
function quiet(networks: GeneratorSource['networks']): Readonly<Record<string, Network>> {
  const still = (network: Network): Network => ({
    name: network.name,
    model: network.model,
    outputShape: network.outputShape,
    parameters: network.parameters,
    state: network.state,
    frozen: true,
    apply(x: Tensor, options: ApplyOptions = {}) {
      if (options.training) {
        throw new UnsupportedError(
          `export: ${network.name} must make samples in inference mode, got training: true`,
        );
      }
      const random = new NoNoise(network.name);
      return network.apply(x, { ...options, random, deterministic: true });
    },
    dispose: () => network.dispose(),
  });
  return Object.fromEntries(Object.entries(networks).map(([name, network]) => [name, still(network)]));
}

class NoNoise implements RandomStream {
  constructor(private readonly network: string) {}

  normal(): Tensor {
    return this.refuse();
  }

  uniform(): Tensor {
    return this.refuse();
  }

  private refuse(): never {
    throw new UnsupportedError(
      `export: layers must draw no noise in inference mode, got a draw in ${this.network}; leave it out where mode.deterministic is set`,
    );
  }
}
