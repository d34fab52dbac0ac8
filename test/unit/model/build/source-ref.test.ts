import { describe, expect, it } from 'vitest';
import { sourceBlob, sourceKeyFor, sourceRef, sourceUrl } from '../../../../src/model/build/source-ref.js';
import { blobUrl, mayUseBlob } from '../../../../src/model/build/blob-url.js';

const key = Buffer.alloc(32, 7);
const now = 1_795_000_000_000;
const internalUrl = 'http://10.0.0.1:8000';
const userId = 'aaaaaaaa-0000-4000-8000-000000000000';
const blob = sourceKeyFor(userId, '0b1f2c3d-0000-4000-8000-000000000000');
const mine = blobUrl({ base: 'https://paas.example.com', key, method: 'GET', blob, now, ttlS: 3600 });

describe('the source of a build', () => {
  it('that we keep is read where our processes reach it, for a day', () => {
    const ref = sourceRef({ key, internalUrl, url: mine, userId, now });
    const url = new URL(ref);
    expect(url.origin).toBe(internalUrl);
    expect(sourceBlob(key, ref)).toBe(blob);
    const query = { expires: url.searchParams.get('expires') ?? '', signature: url.searchParams.get('signature') ?? '' };
    expect(mayUseBlob({ key, method: 'GET', blob, now: now + 86_000_000, ...query })).toBe(true);
  });

  it.each([
    ['elsewhere', 'https://example.com/a.tgz'],
    ['only like ours', `https://evil.example.com/blobs/${blob}?expires=99999999999&signature=AAAA`],
    ['of ours, but signed for writing', blobUrl({ base: 'http://x', key, method: 'PUT', blob, now, ttlS: 60 })],
  ])('%s is left as it is, and shown so', (_what, url) => {
    expect(sourceRef({ key, internalUrl, url, userId, now })).toBe(url);
    expect(sourceUrl({ key, base: 'https://paas.example.com', source: url, now })).toBe(url);
  });

  it('of ours that has expired, or is the upload of another, is refused', () => {
    const old = blobUrl({ base: 'http://x', key, method: 'GET', blob, now: now - 7_200_000, ttlS: 60 });
    expect(() => sourceRef({ key, internalUrl, url: old, userId, now })).toThrow('has expired');
    expect(() => sourceRef({ key, internalUrl, url: mine, userId: userId.replace('a', 'b'), now })).toThrow('is not an upload of yours');
  });

  it.each(['', 'x', 'file:///etc/passwd', 'ftp://example.com/a', 'javascript:alert(1)'])('%j is refused', (url) => {
    expect(() => sourceRef({ key, internalUrl, url, userId, now })).toThrow(expect.objectContaining({ id: 'invalid_params' }));
  });

  it('is shown by a URL that stays the same within an hour', () => {
    const show = (at: number) => sourceUrl({ key, base: 'https://paas.example.com', source: mine, now: at });
    const hour = Math.floor(now / 3_600_000) * 3_600_000;
    expect(show(hour)).toBe(show(hour + 3_599_000));
    expect(show(hour)).not.toBe(show(hour + 3_600_000));
    expect(show(now)).toContain(`https://paas.example.com/blobs/${blob}?`);
  });
});
