import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which rooms a room may import, besides itself, `errors`, `util` and packages. Entries are files of src/. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: [],
  util: [],
  abi: [],
  wasm: ['abi'],
  program: ['abi', 'wasm'],
  backend: ['abi', 'wasm', 'program'],
  gradients: [],
  ops: [],
  layers: ['ops'],
  models: ['layers'],
  games: ['layers', 'models', 'ops'],
  formats: [],
  latent: [],
  generator: ['abi', 'wasm', 'program', 'formats', 'latent', 'data'],
  element: ['generator', 'latent', 'wasm'],
  data: ['formats'],
  metrics: ['data'],
  export: ['backend', 'ops', 'layers', 'games', 'data', 'formats'],
  train: [
    'backend',
    'export',
    'program',
    'ops',
    'layers',
    'models',
    'games',
    'data',
    'metrics',
    'formats',
    'gradients',
    'latent',
  ],
  cli: ['entry', 'bench'],
  bench: ['entry', 'abi', 'wasm', 'program', 'formats'],
};

/** Rooms that never import TF.js. */
const WITHOUT_TFJS = [
  'errors',
  'util',
  'abi',
  'wasm',
  'program',
  'formats',
  'latent',
  'generator',
  'element',
  'data',
  'metrics',
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g;

const ROOTS = ['src', 'bench', 'assembly/abi'];

const files = ROOTS.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(root, file)),
);

function roomOf(file: string): string {
  const [root, room, ...rest] = file.split('/');
  if (root === 'bench') return 'bench';
  if (root === 'assembly') return 'abi';
  if (rest.length > 0) return room!;
  return room === 'errors.ts' || room === 'version.ts' ? 'errors' : 'entry';
}

function importsOf(file: string): { packages: string[]; files: string[] } {
  const found = { packages: [] as string[], files: [] as string[] };
  for (const match of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = (match[1] ?? match[2] ?? match[3])!;
    if (!target.startsWith('.')) {
      found.packages.push(target);
      continue;
    }
    const path = relative('.', join(dirname(file), target));
    const hit = [`${path}.ts`, `${path}/index.ts`].find((candidate) => files.includes(candidate));
    if (hit) found.files.push(hit);
  }
  return found;
}

describe('the direction of imports', () => {
  it('has a rule for every room', () => {
    const rooms = new Set(files.map(roomOf));
    rooms.delete('entry');
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
    expect(files.length).toBeGreaterThan(20);
  });

  it('never goes upward', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      if (room === 'entry') continue;
      for (const target of importsOf(file).files) {
        const other = roomOf(target);
        if (other === room || other === 'errors' || other === 'util') continue;
        if (!MAY_IMPORT[room]!.includes(other)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('never goes in a circle', () => {
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const target of importsOf(file).files) visit(target, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('keeps TF.js out of the rooms that a page without it will use', () => {
    const wrong = files
      .filter((file) => WITHOUT_TFJS.includes(roomOf(file)))
      .filter((file) => importsOf(file).packages.some((name) => name.startsWith('@tensorflow/')));
    expect(wrong).toEqual([]);
  });
});
