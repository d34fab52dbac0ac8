import { describe, expect, it, vi } from 'vitest';
import { blobUrl, isBlobKey, mayUseBlob } from '../../../src/model/build/blob-url.js';
import { formatLogfmt, log, nameInLog } from '../../../src/lib/log.js';
import { redisOptions } from '../../../src/lib/redis-options.js';
import { isSigned, seal, sign, unseal } from '../../../src/lib/seal.js';

const key = Buffer.alloc(32, 7);

describe('sealing', () => {
  it('gives back what was sealed', () => expect(unseal(key, seal(key, 'schlüssel\n'))).toBe('schlüssel\n'));
  it('differs each time', () => expect(seal(key, 'x').equals(seal(key, 'x'))).toBe(false));
  it('refuses another key, and a changed byte', () => {
    const sealed = seal(key, 'x');
    expect(() => unseal(Buffer.alloc(32, 8), sealed)).toThrow();
    sealed[sealed.length - 1]! ^= 1;
    expect(() => unseal(key, sealed)).toThrow();
  });
  it('signs', () => {
    expect(isSigned(key, 'text', sign(key, 'text'))).toBe(true);
    expect(isSigned(key, 'text2', sign(key, 'text'))).toBe(false);
    expect(isSigned(key, 'text', '')).toBe(false);
  });
});

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

describe('logfmt', () => {
  it('quotes what needs it', () => {
    expect(formatLogfmt({ at: 'boot', app: 'demo', error: 'a "b" c', ms: 3, none: undefined, empty: null })).toBe(
      'at=boot app=demo error="a \\"b\\" c" ms=3 empty=',
    );
  });
});

describe('the log', () => {
  it('holds nothing that a terminal obeys', () => {
    expect(formatLogfmt({ at: 'x', a: 'b\u001B[2J', c: 'd e\u009B\u202E\n' })).toBe('at=x a=b\\u001b[2J c="d e\\u009b\\u202e\\n"');
  });

  it('names the app whose id it is given, once it has heard the name', () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    log('up', { app: 'id-1' });
    nameInLog({ id: 'id-1', name: 'demo' });
    log('up', { app: 'id-1', dyno: 'web.1' });
    nameInLog({ id: 'id-1', name: 'demo-2' });
    log('up', { app: 'id-1' });
    const lines = written.mock.calls.map(([text]) => text);
    written.mockRestore();
    expect(lines).toEqual(['at=up app=id-1\n', 'at=up app=demo dyno=web.1\n', 'at=up app=demo-2\n']);
  });
});

describe('REDIS_URL', () => {
  it.each([
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['redis://h', { host: 'h', port: 6379 }],
    ['redis://u:p%40@h:1/2', { host: 'h', port: 1, username: 'u', password: 'p@', db: 2 }],
    ['rediss://h:1', { host: 'h', port: 1, tls: {} }],
  ])('%s', (url, options) => expect(redisOptions(url)).toEqual(options));
  it.each(['localhost:6379', 'http://h', ''])('refuses %j', (url) => expect(() => redisOptions(url)).toThrow('REDIS_URL'));
});
