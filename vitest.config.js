import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line-reporter.js';
import { findChromium } from './scripts/find-chromium.js';
import { wasmBytes } from './scripts/wasm-plugin.js';

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const IN_PAGES = ['test/kernels/**/*.test.ts', 'test/browser/rounds.test.ts'];
const NODE_ROUNDS = ['test/browser/node-rounds.ts'];

const DEPENDENCIES = [
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-converter',
  '@tensorflow/tfjs-core',
  'fast-png',
  'fflate',
  'jpeg-js',
];

/** One project in a real headless Chromium. */
function inChromium(name, include, { headers = {}, args = [], globalSetup = [] } = {}) {
  return {
    plugins: [wasmBytes()],
    server: { headers },
    // Named here, or vite finds them one by one and reloads the page in the middle of a test.
    optimizeDeps: { include: DEPENDENCIES },
    test: {
      name,
      include,
      globalSetup,
      testTimeout: 120_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        api: { host: '127.0.0.1' },
        provider: playwright({
          launchOptions: { executablePath: findChromium(), args: [...CHROMIUM_ARGUMENTS, ...args] },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        plugins: [wasmBytes()],
        // Examples import the package by its name.
        resolve: {
          // The longer ones first: a name stands for all that starts with it.
          alias: {
            'kallima/generator': fileURLToPath(new URL('src/generator.ts', import.meta.url)),
            'kallima/latent': fileURLToPath(new URL('src/latent.ts', import.meta.url)),
            kallima: fileURLToPath(new URL('src/index.ts', import.meta.url)),
          },
        },
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'node_modules/**'],
          pool: 'forks',
          execArgv: ['--experimental-wasm-relaxed-simd'],
          testTimeout: 60_000,
        },
      },
      inChromium('chromium-isolated', [...IN_PAGES, 'test/browser/threads.test.ts'], {
        headers: ISOLATION,
        globalSetup: NODE_ROUNDS,
      }),
      inChromium('chromium-plain', [...IN_PAGES, 'test/browser/animated-png.test.ts'], {
        globalSetup: NODE_ROUNDS,
      }),
      inChromium('chromium-webgpu', ['test/browser/webgpu*.test.ts'], { args: ['--enable-unsafe-webgpu'] }),
    ],
  },
});
