// The source of a build as a stream: an archive from our own blobs, or any http(s) URL of a .tar, .tar.gz or .zip.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { PlatformError } from '../../model/errors.js';
import { bodyOf, fetchUrl, type Wanted } from '../../outbound/fetch-url.js';

export interface Source {
  stream: Readable;
  compression: 'gzip' | 'none';
}

export interface SourceLimits extends Omit<Wanted, 'what'> {
  maxBytes: number;
  /** What the messages call it: `source`, `buildpack`. */
  what?: string;
  /** Where zip archives are taken: keeps one meanwhile, and returns it as a tar. */
  unzip?: (zip: Readable) => Promise<Readable>;
  /** `SHA256:<hex>` that it must have. */
  checksum?: string | null;
}

/**
 * Opens the source. Throws FetchFault when it can't be had, `invalid_params` when it isn't an archive; the message is one
 * line. Never names the URL's query.
 */
export async function openSource(url: string, o: SourceLimits): Promise<Source> {
  const what = o.what ?? 'source';
  const response = await fetchUrl(url, { ...o, what });
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > o.maxBytes) {
    await response.body?.cancel();
    throw tooLarge(what, o.maxBytes);
  }
  const stream = quietly(Readable.from(checked(bodyOf(response, { what, signal: o.signal }), what, o)));
  const first = await peek(stream, what);
  if (o.unzip && isZip(first)) return { stream: await o.unzip(stream), compression: 'none' };
  return { stream, compression: compressionOf(first, what) };
}

/** A stream may fail before anybody reads on; whoever reads then hears of it. */
export function quietly(stream: Readable): Readable {
  return stream.on('error', () => undefined);
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
  if (found && found.toLowerCase() !== o.checksum?.toLowerCase())
    throw new PlatformError('invalid_params', `The ${what} is not the one that was announced: expected ${o.checksum}, got ${found}.`);
}

function tooLarge(what: string, maxBytes: number): PlatformError {
  return new PlatformError('invalid_params', `The ${what} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`);
}

/** Looks at the first bytes without taking them. */
async function peek(stream: Readable, what: string): Promise<Buffer> {
  for await (const first of stream.iterator({ destroyOnReturn: false })) {
    stream.unshift(first);
    return first as Buffer;
  }
  throw new PlatformError('invalid_params', `The ${what} is empty.`);
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const EMPTY_ZIP = Buffer.from('PK\x05\x06', 'latin1');

function isZip(first: Buffer): boolean {
  return [ZIP, EMPTY_ZIP].some((magic) => first.subarray(0, magic.length).equals(magic));
}

/** How an archive is compressed, by its first bytes. Throws `invalid_params` for anything but tar and tar.gz. */
export function compressionOf(first: Buffer, what = 'source'): Source['compression'] {
  if (first[0] === 0x1f && first[1] === 0x8b) return 'gzip';
  const known: [string, Buffer][] = [
    ['a zip', ZIP],
    ['an xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a])],
    ['a bzip2', Buffer.from('BZh')],
    ['a zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ];
  const other = known.find(([, magic]) => first.subarray(0, magic.length).equals(magic));
  if (other) throw new PlatformError('invalid_params', `The ${what} is ${other[0]} archive; send a .tar or a .tar.gz.`);
  return 'none';
}
