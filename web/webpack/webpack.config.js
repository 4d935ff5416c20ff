import { cpSync } from 'node:fs';

/** Puts the page and the model beside the script. */
const publicFolder = {
  apply: ({ context, hooks, options }) =>
    hooks.done.tap('public', () => cpSync(`${context}/public`, options.output.path, { recursive: true })),
};

export default {
  mode: 'production',
  entry: './src/main.js',
  output: { path: `${import.meta.dirname}/dist`, filename: 'main.js', clean: true },
  plugins: [publicFolder],
};
