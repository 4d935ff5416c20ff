import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as convAbi from '../../assembly/abi/conv';
import * as elementwiseAbi from '../../assembly/abi/elementwise';
import * as fusedAbi from '../../assembly/abi/fused';
import * as gemmAbi from '../../assembly/abi/gemm';
import * as layoutAbi from '../../assembly/abi/layout';
import * as mirrorPadAbi from '../../assembly/abi/mirror-pad';
import * as normalizeAbi from '../../assembly/abi/normalize';
import * as poolAbi from '../../assembly/abi/pool';
import * as randomAbi from '../../assembly/abi/random';
import * as reduceAbi from '../../assembly/abi/reduce';
import * as resizeAbi from '../../assembly/abi/resize';
import * as winogradAbi from '../../assembly/abi/winograd';
import { ARENA_START } from '../../src/program/eager';
import { runInferencePasses } from '../../src/program/passes/inference';
import { Program } from '../../src/program/program';
import type { Trace } from '../../src/program/trace';
import { Arena } from '../../src/wasm/arena';
import { type KernelModule, loadKernels } from '../../src/wasm/load';
import { loadGeneratorKernels } from '../../src/wasm/load-generator';
import { SingleRunner } from '../../src/wasm/runner';
import { inferenceTraces } from './inference-traces';

const ABI: Readonly<Record<string, number>> = {
  ...convAbi,
  ...elementwiseAbi,
  ...fusedAbi,
  ...gemmAbi,
  ...layoutAbi,
  ...mirrorPadAbi,
  ...normalizeAbi,
  ...poolAbi,
  ...randomAbi,
  ...reduceAbi,
  ...resizeAbi,
  ...winogradAbi,
};

/** The opcodes that assembly/generator-kernels.ts has a case for. */
function served(): Map<number, string> {
  const source = readFileSync('assembly/generator-kernels.ts', 'utf8');
  const names = [...source.matchAll(/case (OP_\w+):/g)].map(([, name]) => name!);
  return new Map(names.map((name) => [ABI[name]!, name]));
}

function resultsOf({ memory, exports }: KernelModule, trace: Trace): Uint8Array[] {
  const arena = new Arena(memory, 2 ** 32, ARENA_START);
  const host = { memory, arena, runner: new SingleRunner(exports), changes: { count: 0 } };
  const program = new Program(host, trace);
  program.replay({ draw: 0 });
  return trace.outputs.map((_, i) => program.outputBytes(i));
}

describe('the kernels of inference', () => {
  const traces = inferenceTraces().flatMap((trace) => [trace, runInferencePasses(trace)]);

  it('are all tried here', () => {
    const tried = new Set(traces.flatMap(({ records }) => records.map(({ opcode }) => opcode)));
    const untried = [...served()].filter(([opcode]) => !tried.has(opcode)).map(([, name]) => name);
    expect(untried).toEqual([]);
    expect(served().size).toBeGreaterThan(40);
  });

  it('compute the bits of the kernels that train', async () => {
    for (const [i, trace] of traces.entries()) {
      const all = resultsOf(await loadKernels(), trace);
      const few = resultsOf(await loadGeneratorKernels(), trace);
      for (const [output, bytes] of all.entries()) {
        expect(Buffer.compare(bytes, few[output]!), `output ${output} of trace ${i}`).toBe(0);
      }
    }
  });

  it('have no static data and no memory of their own, and stay small', async () => {
    for (const name of ['generator-simd', 'generator-relaxed']) {
      const bytes = readFileSync(`build/${name}.wasm`);
      const module = await WebAssembly.compile(bytes);
      expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
      expect(
        WebAssembly.Module.exports(module)
          .map((each) => each.name)
          .sort(),
      ).toEqual(['run', 'walk']);
      expect(sectionsOf(bytes)).not.toContain(DATA_SECTION);
    }
  });
});

const DATA_SECTION = 11;

/** Numbers of the sections of a module. */
function sectionsOf(bytes: Uint8Array): number[] {
  const sections: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return sections;
}
