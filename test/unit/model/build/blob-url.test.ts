import { describe, expect, it } from 'vitest';
import { blobUrl, isBlobKey, mayUseBlob } from '../../../../src/model/build/blob-url.js';

const key = Buffer.alloc(32, 7);

describe('blob URLs', () => {
  const now = 1_700_000_000_000;
  const url = new URL(blobUrl({ base: 'http://127.0.0.1:1', key, method: 'GET', blob: 'slugs/abc', now, ttlS: 60 }));
  const given = { key, expires: url.searchParams.get('expires')!, signature: url.searchParams.get('signature')! };
  it('allow what they say, until they expire', () => {
    expect(url.pathname).toBe('/blobs/slugs/abc');
    expect(mayUseBlob({ ...given, method: 'GET', blob: 'slugs/abc', now })).toBe(true);
    expect(mayUseBlob({ ...given, method: 'PUT', blob: 'slugs/abc', now })).toBe(false);
    expect(mayUseBlob({ ...given, method: 'GET', blob: 'slugs/abd', now })).toBe(false);
    expect(mayUseBlob({ ...given, method: 'GET', blob: 'slugs/abc', now: now + 61_000 })).toBe(false);
    expect(mayUseBlob({ ...given, expires: String(Number(given.expires) + 9), method: 'GET', blob: 'slugs/abc', now })).toBe(false);
    expect(mayUseBlob({ ...given, expires: 'never', method: 'GET', blob: 'slugs/abc', now })).toBe(false);
  });
  it.each([
    ['slugs/0a1b', true],
    ['sources/x-y.tgz', true],
    ['slugs/../secret.key', false],
    ['slugs/..', false],
    ['other/x', false],
    ['/etc/passwd', false],
    ['slugs/a/b', false],
  ])('key %s: %s', (blob, ok) => expect(isBlobKey(blob)).toBe(ok));
});
