import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, FormatError } from '../../src/errors';
import { type GeneratorSource, readSource } from '../../src/generator/read-source';

const MODEL = Uint8Array.of(8, 7, 58, 0);
const PAGE = '\n<!doctype html><title>App</title>';

const folder = mkdtempSync(join(tmpdir(), 'kallima-source-'));
const path = join(folder, 'a model.onnx');
let server: Server;
let origin: string;

beforeAll(async () => {
  writeFileSync(path, MODEL);
  writeFileSync(join(folder, 'empty.onnx'), '');
  server = createServer(({ url }, answer) => {
    if (url === '/model.onnx') answer.end(MODEL);
    // As servers of single-page apps answer whatever they lack.
    else if (url === '/page.onnx') answer.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (url === '/broken.onnx') {
      answer.writeHead(200, { 'content-length': 100 }).write(MODEL);
      setTimeout(() => answer.destroy(), 20);
    } else answer.writeHead(404, 'Not Found').end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const failure = async (source: GeneratorSource): Promise<Error> => {
  const error: unknown = await readSource(source).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(/^\w+: [^\n]*$/);
  return error as Error;
};

describe('a model is read', () => {
  it('from a URL, as text or as URL, and from a response', async () => {
    const url = `${origin}/model.onnx`;
    expect(await readSource(url)).toEqual(MODEL);
    expect(await readSource(new URL(url))).toEqual(MODEL);
    expect(await readSource(await fetch(url))).toEqual(MODEL);
    expect(await readSource('data:application/octet-stream;base64,CAc6AA==')).toEqual(MODEL);
  });

  it('from a path or file URL in Node', async () => {
    expect(await readSource(path)).toEqual(MODEL);
    expect(await readSource(pathToFileURL(path))).toEqual(MODEL);
    expect(await readSource(pathToFileURL(path).href)).toEqual(MODEL);
  });

  it('from bytes, without a copy, and from a file', async () => {
    expect((await readSource(MODEL)).buffer).toBe(MODEL.buffer);
    expect(await readSource(new Uint8Array([0, ...MODEL]).subarray(1))).toEqual(MODEL);
    expect(await readSource(MODEL.buffer)).toEqual(MODEL);
    expect(await readSource(new Blob([MODEL]))).toEqual(MODEL);
  });
});

describe('what is no model is refused', () => {
  it('with status and URL, if the server does not have it', async () => {
    const url = `${origin}/none.onnx`;
    const error = await failure(url);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toBe(`loadGenerator: the source must be there, got 404 Not Found for ${url}`);
    expect((await failure(await fetch(url))).message).toBe(error.message);
  });

  it('as the page that it is', async () => {
    const error = await failure(`${origin}/page.onnx`);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(
      `loadGenerator: the source must be an ONNX model, got an HTML page from ${origin}/page.onnx`,
    );
    expect((await failure(new TextEncoder().encode(PAGE))).message).toMatch(/got an HTML page$/);
  });

  it('if nobody answers, or the connection breaks', async () => {
    expect(await failure('http://127.0.0.1:1/x.onnx')).toBeInstanceOf(ArgumentError);
    const error = await failure(`${origin}/broken.onnx`);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain('/broken.onnx');
  });

  it('if the file is missing or empty, or another kind of thing', async () => {
    expect((await failure(join(folder, 'no.onnx'))).message).toContain("no.onnx': no such file or folder");
    expect((await failure(join(folder, 'empty.onnx'))).message).toMatch(
      /got an empty file from .*empty.onnx$/,
    );
    expect((await failure(new Blob([]))).message).toMatch(/got an empty file$/);
    const used = new Response(MODEL);
    await used.arrayBuffer();
    expect(await failure(used)).toBeInstanceOf(ArgumentError);
    expect(await failure(7 as never)).toBeInstanceOf(ArgumentError);
  });
});
