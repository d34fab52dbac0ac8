// The source of a build: one of our own blobs, or any http(s) URL of an archive. Whether a URL is our own only its signature
// tells: a path that looks so may be another platform's, or somebody's guess.
import { parseUrl } from '../../lib/net/parse-url.js';
import { blobUrl, isBlobUrl, mayUseBlob } from './blob-url.js';
import { PlatformError } from '../errors.js';

/** A build may wait for its builder this long. */
const READ_FOR_S = 86_400;
const HOUR_S = 3600;
/** Those of before had no owner in their name. */
const PATH = /^\/blobs\/(sources\/[0-9a-f-]{36}(\.[0-9a-f-]{36})?)$/;

/** The blob that a new source is uploaded to. Its name says whose it is. */
export function sourceKeyFor(userId: string, id: string): string {
  return `sources/${userId}.${id}`;
}

/**
 * The URL a builder is to read. One of our own is signed anew, for our own processes: while it is good, and for the user who
 * uploaded it. Throws `invalid_params`.
 */
export function sourceRef(o: { key: Buffer; internalUrl: string; url: string; userId: string; now: number }): string {
  if (!parseUrl(o.url) || !/^https?:$/.test(new URL(o.url).protocol)) {
    throw refusal('must be the http or https URL of a .tar, .tar.gz or .zip; POST /sources gives one to upload to.');
  }
  const blob = sourceBlob(o.key, o.url);
  if (!blob) return o.url;
  if (!blob.startsWith(`sources/${o.userId}.`)) throw refusal('is not an upload of yours; POST /sources gives a URL to upload to.');
  const isGood = mayUseBlob({ key: o.key, method: 'GET', blob, now: o.now, ...signatureOf(o.url) });
  if (!isGood) throw refusal('has expired; POST /sources gives another.');
  return blobUrl({ base: o.internalUrl, key: o.key, method: 'GET', blob, now: o.now, ttlS: READ_FOR_S });
}

/** What to show as the source's URL. Our own are signed for the reader, and stay the same for an hour. */
export function sourceUrl(o: { key: Buffer; base: string; source: string; now: number }): string {
  const blob = sourceBlob(o.key, o.source);
  const hour = Math.floor(o.now / 1000 / HOUR_S) * HOUR_S * 1000;
  return blob ? blobUrl({ base: o.base, key: o.key, method: 'GET', blob, now: hour, ttlS: 2 * HOUR_S }) : o.source;
}

/** The blob that a build's source is; null when it lies elsewhere. */
export function sourceBlob(key: Buffer, source: string): string | null {
  const blob = parseUrl(source) ? PATH.exec(new URL(source).pathname)?.[1] : undefined;
  return blob && isBlobUrl({ key, method: 'GET', blob, ...signatureOf(source) }) ? blob : null;
}

function signatureOf(url: string): { expires: string; signature: string } {
  const query = new URL(url).searchParams;
  return { expires: query.get('expires') ?? '', signature: query.get('signature') ?? '' };
}

function refusal(why: string): PlatformError {
  return new PlatformError('invalid_params', `source_blob.url: ${why}`);
}
