// Puts a finished layer into the blob store, over HTTP: nothing assumes that the builder shares a disk with it.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { blobUrl } from '../lib/blob-url.js';
import type { SlugLayer } from '../model/slug.js';
import type { ReceivedLayer } from './layer-sink.js';

export interface BlobPlace {
  /** Base URL of `web`, as processes reach it. */
  internalUrl: string;
  key: Buffer;
}

const TRIES = 3;
const ASK_MS = 5_000;

/** Uploads a layer under its digest; tries again when the connection breaks. Throws when the store refuses it. */
export async function uploadLayer(place: BlobPlace, layer: ReceivedLayer, signal: AbortSignal): Promise<void> {
  const url = blobUrl({ base: place.internalUrl, key: place.key, method: 'PUT', blob: `slugs/${layer.digest}`, now: Date.now(), ttlS: 600 });
  for (let attempt = 1; ; attempt += 1) {
    const answer = await put(url, layer, signal).catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && answer.ok) return;
    if (attempt === TRIES || signal.aborted) throw new Error(`the slug could not be stored: ${answer instanceof Error ? answer.message : `status ${answer.status}`}`);
    await new Promise((resolve) => setTimeout(resolve, attempt * 500));
  }
}

/** Whether the store has a layer. False also when it can't be asked. */
export async function hasLayer(place: BlobPlace, layer: SlugLayer): Promise<boolean> {
  const url = blobUrl({ base: place.internalUrl, key: place.key, method: 'GET', blob: `slugs/${layer.digest}`, now: Date.now(), ttlS: 60 });
  const stopper = new AbortController();
  const timer = setTimeout(() => stopper.abort(), ASK_MS);
  const response = await fetch(url, { signal: stopper.signal }).catch(() => null);
  clearTimeout(timer);
  stopper.abort();
  return response?.ok ?? false;
}

async function put(url: string, layer: ReceivedLayer, signal: AbortSignal): Promise<Response> {
  const body = Readable.toWeb(createReadStream(layer.file)) as unknown as ReadableStream<Uint8Array>;
  const init: RequestInit & { duplex: 'half' } = {
    method: 'PUT',
    body,
    headers: { 'content-length': String(layer.size), 'content-type': 'application/gzip' },
    duplex: 'half',
    signal,
  };
  const response = await fetch(url, init);
  await response.body?.cancel();
  return response;
}
