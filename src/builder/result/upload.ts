// Puts a finished layer into the blob store, over HTTP: nothing assumes that the builder shares a disk with it.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { blobUrl } from '../../model/build/blob-url.js';
import type { SlugLayer } from '../../model/build/slug.js';
import type { ReceivedLayer } from './layer-sink.js';

export interface BlobServer {
  /** Base URL of `web`, as processes reach it. */
  internalUrl: string;
  key: Buffer;
}

const TRIES = 3;
const ASK_MS = 5_000;

/** Uploads a layer under its digest; tries again when the connection breaks. Throws when the store refuses it. */
export async function uploadLayer(place: BlobServer, layer: ReceivedLayer, signal: AbortSignal): Promise<void> {
  const url = blobUrl({
    base: place.internalUrl,
    key: place.key,
    method: 'PUT',
    blob: `slugs/${layer.digest}`,
    now: Date.now(),
    ttlS: 600,
  });
  for (let attempt = 1; ; attempt += 1) {
    const answer = await put(url, layer, signal).catch((error: unknown) => error as Error);
    if (answer === 200 || answer === 201) return;
    if (attempt === TRIES || signal.aborted)
      throw new Error(`the slug could not be stored: ${answer instanceof Error ? answer.message : `status ${answer}`}`);
    await new Promise((resolve) => setTimeout(resolve, attempt * 500));
  }
}

/** Whether the store has a layer. False also when it can't be asked. */
export async function hasLayer(place: BlobServer, layer: SlugLayer): Promise<boolean> {
  const url = blobUrl({ base: place.internalUrl, key: place.key, method: 'GET', blob: `slugs/${layer.digest}`, now: Date.now(), ttlS: 60 });
  const stopper = new AbortController();
  const timer = setTimeout(() => stopper.abort(), ASK_MS);
  const response = await fetch(url, { signal: stopper.signal }).catch(() => null);
  clearTimeout(timer);
  stopper.abort();
  return response?.ok ?? false;
}

/** By node:http, since fetch reads the whole file ahead and keeps it in memory. Resolves with the status. */
async function put(url: string, layer: ReceivedLayer, signal: AbortSignal): Promise<number> {
  const headers = { 'content-length': layer.size, 'content-type': 'application/gzip' };
  const request = (url.startsWith('https:') ? https : http).request(url, { method: 'PUT', headers, signal });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  await Promise.race([pipeline(createReadStream(layer.file), request), answered]);
  const [response] = await answered;
  response.resume();
  return response.statusCode ?? 0;
}
