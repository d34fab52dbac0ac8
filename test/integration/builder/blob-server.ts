// Blobs over HTTP with our signed URLs, in a directory: what the builder fetches from and puts to.
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mayUseBlob, type BlobMethod } from '../../../src/model/build/blob-url.js';

/** Serves `dir` until `stop`; a key's file is its name with `/` as `_`. */
export async function startBlobServer(o: { dir: string; key: Buffer }) {
  const server = createServer((request, response) => void serve(o, request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    file: (blob: string) => join(o.dir, blob.replaceAll('/', '_')),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(o: { dir: string; key: Buffer }, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://blobs');
  const blob = url.pathname.replace('/blobs/', '');
  const method = request.method as BlobMethod;
  const expires = url.searchParams.get('expires') ?? '';
  const signature = url.searchParams.get('signature') ?? '';
  const file = join(o.dir, blob.replaceAll('/', '_'));
  if (!mayUseBlob({ key: o.key, method, blob, now: Date.now(), expires, signature })) return void response.writeHead(403).end();
  if (method === 'PUT') {
    await pipeline(request, createWriteStream(file));
    return void response.writeHead(200).end();
  }
  if (!existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': statSync(file).size });
  await pipeline(createReadStream(file), response);
}
