// The source of a build as a stream: an archive from our own blobs, or any http(s) URL of a .tar or .tar.gz.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { fetch, type Response } from 'undici';
import { PlatformError } from '../../model/errors.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';

export interface Source {
  stream: Readable;
  compression: 'gzip' | 'none';
}

export interface SourceLimits {
  maxBytes: number;
  signal: AbortSignal;
  guard: FetchGuard;
  /** What the messages call it: `source`, `buildpack`. */
  what?: string;
  /** `SHA256:<hex>` that it must have. */
  checksum?: string | null;
  /** Whether a URL is the platform's own, which the guard has nothing to say about. */
  isOwn?: (url: URL) => boolean;
}

const REDIRECTS = 5;

/** Opens the source. Throws `invalid_params` with one line when it can't be had or isn't an archive. Never names the URL's query. */
export async function openSource(url: string, o: SourceLimits): Promise<Source> {
  const what = o.what ?? 'source';
  const response = await get(url, what, o);
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > o.maxBytes) {
    await response.body?.cancel();
    throw tooLarge(what, o.maxBytes);
  }
  const stream = quietly(Readable.from(checked(response.body as unknown as AsyncIterable<Uint8Array>, what, o)));
  return { stream, compression: await sniff(stream, what) };
}

/** A stream may fail before anybody reads on; whoever reads then hears of it. */
export function quietly(stream: Readable): Readable {
  return stream.on('error', () => undefined);
}

/** Follows redirects by itself, so that each of them passes the guard. */
async function get(text: string, what: string, o: SourceLimits): Promise<Response> {
  let from = '';
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const { url, authorization } = parseUrl(text, what);
    const headers = { ...(authorization && (from === '' || from === url.origin) && { authorization }) };
    const response = await request(url, { headers, what, limits: o });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || !location) {
      if (!response.ok || !response.body) throw new PlatformError('invalid_params', `The ${what} can't be fetched: ${url.host} answered ${response.status}.`);
      return response;
    }
    await response.body?.cancel();
    from = url.origin;
    text = new URL(location, url).href;
  }
  throw new PlatformError('invalid_params', `The ${what} can't be fetched: it is redirected more than ${REDIRECTS} times.`);
}

async function request(url: URL, { headers, what, limits }: { headers: Record<string, string>; what: string; limits: SourceLimits }): Promise<Response> {
  try {
    const dispatcher = limits.isOwn?.(url) ? limits.guard.unguarded : limits.guard.dispatcher(url);
    return await fetch(url, { headers, signal: limits.signal, redirect: 'manual', dispatcher });
  } catch (error) {
    throw new PlatformError('invalid_params', `The ${what} can't be fetched from ${url.host}: ${reason(error)}.`, { cause: error });
  }
}

/** A name and password in the URL become a header; fetch takes none in a URL. */
function parseUrl(text: string, what: string): { url: URL; authorization: string | null } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new PlatformError('invalid_params', `The URL of the ${what} must begin with http:// or https://.`);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: username === '' ? null : `Basic ${Buffer.from(pair).toString('base64')}` };
}

function reason(error: unknown): string {
  if (error instanceof PlatformError) return error.message;
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if (cause instanceof PlatformError) return cause.message;
  if (cause?.code?.endsWith('_TIMEOUT')) return 'it did not answer in time';
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

async function* checked(body: AsyncIterable<Uint8Array>, what: string, o: SourceLimits): AsyncGenerator<Buffer> {
  const hash = o.checksum ? createHash('sha256') : null;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > o.maxBytes) throw tooLarge(what, o.maxBytes);
    hash?.update(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  const found = hash && `SHA256:${hash.digest('hex')}`;
  if (found && found.toLowerCase() !== o.checksum?.toLowerCase()) throw new PlatformError('invalid_params', `The ${what} is not the one that was announced: expected ${o.checksum}, got ${found}.`);
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
