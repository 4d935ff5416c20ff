import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.onnx': 'application/octet-stream',
};

export interface Site {
  /** Folders by the start of the path; the longest wins. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Files by path; text is a page. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Server {
  /** Without a slash at the end. */
  readonly origin: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** The strictest policy that lets kernels be compiled. */
export const STRICT_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self'; style-src 'self'; worker-src 'self'";

/** A static server as any other, on a port of its own. */
export async function serve({ folders = {}, files = {}, headers = {} }: Site): Promise<Server> {
  const asked: string[] = [];
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const find = async (path: string): Promise<string | Uint8Array> => {
    const own = files[path];
    if (own !== undefined) return own;
    const prefix = prefixes.find((start) => path.startsWith(start));
    if (prefix === undefined) throw new Error('no such file');
    return readFile(join(folders[prefix]!, normalize(path.slice(prefix.length) || 'index.html')));
  };
  const server = createServer(async ({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
    asked.push(path);
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    try {
      const body = await find(path);
      const type = TYPES[extname(path)] ?? (typeof body === 'string' ? TYPES['.html'] : undefined);
      const named = path.endsWith('/') ? TYPES['.html'] : (type ?? 'application/octet-stream');
      response.writeHead(200, { 'content-type': named, ...headers }).end(body);
    } catch {
      response.writeHead(404, headers).end('not found');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
