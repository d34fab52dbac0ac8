// The source of a build: one of our own blobs, or any http(s) URL of a tar archive.
import { blobUrl, mayUseBlob } from '../lib/blob-url.js';
import { PlatformError } from '../model/errors.js';

/** A build may wait for its builder this long. */
const READ_FOR_S = 86_400;
const HOUR_S = 3600;

/** The URL a builder is to read. One of our own is signed anew, for our own processes. Throws `invalid_params`. */
export function sourceRef(o: { key: Buffer; internalUrl: string; url: string; now: number }): string {
  const url = URL.canParse(o.url) ? new URL(o.url) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new PlatformError('invalid_params', 'source_blob.url: must be the http or https URL of a .tar or .tar.gz; POST /sources gives one to upload to.');
  const blob = sourceKey(url.pathname);
  const [expires, signature] = [url.searchParams.get('expires') ?? '', url.searchParams.get('signature') ?? ''];
  if (!blob || !mayUseBlob({ key: o.key, method: 'GET', blob, now: o.now, expires, signature })) return o.url;
  return blobUrl({ base: o.internalUrl, key: o.key, method: 'GET', blob, now: o.now, ttlS: READ_FOR_S });
}

/** What to show as the source's URL. Our own are signed for the reader, and stay the same for an hour. */
export function sourceUrl(o: { key: Buffer; base: string; source: string; now: number }): string {
  const blob = sourceBlob(o.source);
  const hour = Math.floor(o.now / 1000 / HOUR_S) * HOUR_S * 1000;
  return blob ? blobUrl({ base: o.base, key: o.key, method: 'GET', blob, now: hour, ttlS: 2 * HOUR_S }) : o.source;
}

/** The blob that a build's source is; null when it lies elsewhere. */
export function sourceBlob(source: string): string | null {
  return URL.canParse(source) ? sourceKey(new URL(source).pathname) : null;
}

function sourceKey(path: string): string | null {
  return /^\/blobs\/(sources\/[0-9a-f-]{36})$/.exec(path)?.[1] ?? null;
}
