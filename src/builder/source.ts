// The source of a build as a stream: an archive from our own blobs, or any http(s) URL of a .tar or .tar.gz.
import { Readable } from 'node:stream';
import { PlatformError } from '../model/errors.js';

export interface Source {
  stream: Readable;
  compression: 'gzip' | 'none';
}

const FIRST_BYTE_MS = 30_000;

/** Opens the source. Throws `invalid_params` with one line when it can't be had or isn't an archive. Never names the URL's query. */
export async function openSource(url: string, o: { maxBytes: number; signal: AbortSignal; what?: string }): Promise<Source> {
  const what = o.what ?? 'source';
  const response = await get(url, what, o.signal);
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > o.maxBytes) throw tooLarge(what, o.maxBytes);
  const stream = Readable.from(limited(response.body as unknown as AsyncIterable<Uint8Array>, what, o.maxBytes));
  return { stream, compression: await sniff(stream, what) };
}

async function get(url: string, what: string, signal: AbortSignal): Promise<Response> {
  const host = URL.canParse(url) ? new URL(url).host : '';
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) throw new PlatformError('invalid_params', `The URL of the ${what} must begin with http:// or https://.`);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), FIRST_BYTE_MS);
  const response = await fetch(url, { signal: AbortSignal.any([signal, late.signal]), redirect: 'follow' })
    .catch((error: unknown) => {
      const why = late.signal.aborted ? 'it did not answer in time' : reason(error);
      throw new PlatformError('invalid_params', `The ${what} can't be fetched from ${host}: ${why}.`, { cause: error });
    })
    .finally(() => clearTimeout(timer));
  if (!response.ok || !response.body) throw new PlatformError('invalid_params', `The ${what} can't be fetched: ${host} answered ${response.status}.`);
  return response;
}

function reason(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

async function* limited(body: AsyncIterable<Uint8Array>, what: string, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(what, maxBytes);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

function tooLarge(what: string, maxBytes: number): PlatformError {
  return new PlatformError('invalid_params', `The ${what} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`);
}

/** Looks at the first bytes without taking them. */
async function sniff(stream: Readable, what: string): Promise<Source['compression']> {
  for await (const first of stream.iterator({ destroyOnReturn: false })) {
    stream.unshift(first);
    return compressionOf(first as Buffer, what);
  }
  throw new PlatformError('invalid_params', `The ${what} is empty.`);
}

/** How an archive is compressed, by its first bytes. Throws `invalid_params` for anything but tar and tar.gz. */
export function compressionOf(first: Buffer, what = 'source'): Source['compression'] {
  if (first[0] === 0x1f && first[1] === 0x8b) return 'gzip';
  const known: [string, Buffer][] = [
    ['a zip', Buffer.from('PK\x03\x04', 'latin1')],
    ['an xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a])],
    ['a bzip2', Buffer.from('BZh')],
    ['a zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ];
  const other = known.find(([, magic]) => first.subarray(0, magic.length).equals(magic));
  if (other) throw new PlatformError('invalid_params', `The ${what} is ${other[0]} archive; send a .tar or a .tar.gz.`);
  return 'none';
}
