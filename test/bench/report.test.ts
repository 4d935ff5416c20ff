import { describe, expect, it } from 'vitest';
import { formatMs } from '../../bench/columns';
import { chartSvg, formatReport, parseNative } from '../../bench/index';
import type { BenchReport, BenchResult, ColumnKey } from '../../bench/result';
import { FormatError } from '../../src/index';

const CAPTURED: ColumnKey = { engine: 'kallima', threads: 2, mode: 'captured' };
const EAGER: ColumnKey = { engine: 'kallima', threads: 1, mode: 'eager' };
const PYTORCH: ColumnKey = { engine: 'pytorch', threads: 1, mode: 'eager' };
const CPU: ColumnKey = { engine: 'cpu', threads: 1, mode: 'eager' };

const result = (column: ColumnKey, name: string, ms: number, samples = 9): BenchResult => ({
  ...column,
  name,
  ms,
  minMs: ms - 1,
  maxMs: ms + 2,
  samples,
  gflops: 40,
  ofPeak: 0.8,
});

const REPORT: BenchReport = {
  peakGflops: 50,
  copyGBps: 30,
  machine: {
    cpu: 'A <fast> one',
    cores: 2,
    platform: 'linux x64',
    node: 'v20',
    kallima: '1.2.3',
    pytorch: '1.13',
  },
  rows: [
    { name: 'dcgan28', title: 'a round', batch: 64, flops: 10.4e9 },
    { name: 'gemm1024', title: 'a product', flops: 2.147e9 },
  ],
  results: [
    result(EAGER, 'dcgan28', 300),
    { ...result(CAPTURED, 'dcgan28', 100), outsideKernels: 0.021 },
    result(PYTORCH, 'dcgan28', 150),
    result(CPU, 'dcgan28', 24_000, 1),
    result(EAGER, 'gemm1024', 40),
  ],
  gaps: [
    { ...CPU, name: 'gemm1024', reason: 'too slow' },
    { ...CAPTURED, name: 'gemm1024', reason: 'not asked' },
  ],
  elementwise: [{ name: 'add', ms: 3.5, gbps: 28, ofCopy: 0.93 }],
};

describe('formatReport', () => {
  const lines = formatReport(REPORT).split('\n');

  it('tells the machine and its peak', () => {
    expect(lines[0]).toBe(
      "A <fast> one, 2 cores, linux x64; Node v20, kallima 1.2.3, PyTorch 1.13. One thread's multiply-add peak 50.0 GFLOP/s, copy 30.0 GB/s.",
    );
  });

  it('sets rows against columns, with ratios to PyTorch on as many threads', () => {
    expect(lines.slice(2, 6)).toEqual([
      '| ms, median | GFLOP | kallima, 2 threads, captured | kallima, 1 thread, eager | PyTorch, 1 thread | TF.js cpu |',
      '| --- | --: | --: | --: | --: | --: |',
      '| `dcgan28` | 10.4 | 100 | 300 (0.50×) | 150 | 24 000\\* (0.0063×) |',
      '| `gemm1024` | 2.15 | n/a | 40.0 | n/a | n/a |',
    ]);
  });

  it('explains marks and gaps', () => {
    expect(lines).toContain('\\* a single repetition, since it takes more than 20 s.');
    expect(lines).toContain('n/a: too slow (gemm1024).');
  });

  it('tells what captured programs gain', () => {
    const report = {
      ...REPORT,
      results: [
        result({ ...CAPTURED, threads: 1 }, 'dcgan28', 180),
        result(CAPTURED, 'dcgan28', 100),
        result({ ...EAGER, threads: 2 }, 'dcgan28', 130),
        result({ ...CPU, engine: 'wasm' }, 'dcgan28', 3600),
        result({ ...CPU, engine: 'onnxruntime-web' }, 'gemm1024', 90),
      ],
      gaps: [],
    };
    const text = formatReport(report).split('\n');
    const at = text.findIndex((line) => line.startsWith('| captured |'));
    expect(text.slice(at, at + 4)).toEqual([
      '| captured | 2 threads over 1 thread | over eager, 2 threads | over TF.js wasm, 1 thread |',
      '| --- | --: | --: | --: |',
      '| `dcgan28` | 1.8× | 1.3× | 20× |',
      '| `gemm1024` |  |  |  |',
    ]);
  });

  it('lists every measurement with its least and greatest', () => {
    expect(lines).toContain(
      '| `dcgan28` | kallima, 2 threads, captured | 100 | 99.0 – 102 | 9 | 40.0 | 80 % | 2.1 % |',
    );
    expect(lines).toContain(
      '| `gemm1024` | kallima, 1 thread, eager | 40.0 | 39.0 – 42.0 | 9 | 40.0 | 80 % |  |',
    );
    expect(lines.at(-1)).toBe('| add | 3.50 | 28.0 | 93 % |');
  });

  it('writes milliseconds with three digits', () => {
    expect([0.01234, 1.234, 12.34, 999.4, 1234.4, 1_234_567].map(formatMs)).toEqual([
      '0.0123',
      '1.23',
      '12.3',
      '999',
      '1 234',
      '1 234 567',
    ]);
  });
});

describe('chartSvg', () => {
  const svg = chartSvg(REPORT);

  it('draws a bar for each result of rows that PyTorch has, as long as it is fast', () => {
    const bars = [...svg.matchAll(/<rect x="274" y="[\d.]+" width="([\d.]+)" height="12"/g)];
    const [captured, eager, pytorch, cpu] = bars.map(([, width]) => Number(width));
    expect(bars).toHaveLength(4);
    expect(captured! / pytorch!).toBeCloseTo(1.5, 2);
    expect(eager! / pytorch!).toBeCloseTo(0.5, 2);
    expect(cpu! / pytorch!).toBeLessThan(0.02);
    expect(svg).toContain('>100 ms, 1.5×</text>');
    expect(svg).not.toContain('gemm1024');
  });

  it('is well-formed where names hold markup', () => {
    expect(svg).toContain('A &lt;fast&gt; one');
    expect(svg.match(/<text/g)).toHaveLength(svg.match(/<\/text>/g)!.length);
  });

  it('measures against the fullest column where PyTorch is missing', () => {
    const results = [
      result(CAPTURED, 'dcgan28', 90),
      result(EAGER, 'dcgan28', 99),
      result(EAGER, 'gemm1024', 40),
    ];
    const own = chartSvg({ ...REPORT, results, gaps: [] });
    expect(own).toContain('Speed against kallima, 1 thread, eager (= 1×)');
    expect(own).toContain('>40.0 ms, 1.0×</text>');
  });

  it('refuses a report without rows', () => {
    expect(() => chartSvg({ ...REPORT, results: [], gaps: [] })).toThrow(/rows must have been timed/);
  });
});

describe('parseNative', () => {
  const times = { ms: 2, minMs: 1, maxMs: 3, samples: 9 };

  it('reads what the script prints', () => {
    const native = { torch: '1.13', runs: [{ threads: 1, results: { gemm1024: times } }] };
    expect(parseNative(JSON.stringify(native))).toEqual(native);
  });

  it.each([
    ['nothing', ''],
    ['another report', '{"peakGflops": 50}'],
    ['a time that is no number', '{"torch":"1","runs":[{"threads":1,"results":{"a":{"ms":"2"}}}]}'],
  ])('refuses %s', (_, text) => {
    expect(() => parseNative(text)).toThrow(FormatError);
  });
});
