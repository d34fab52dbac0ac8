import { describe, expect, it } from 'vitest';
import { checkNotPlatforms, dnsTarget } from '../../../../src/model/domain/domain.js';
import { asHostname, isApex, readHostname, wildcardsOf } from '../../../../src/model/domain/hostname.js';

describe('a host name', () => {
  it.each([
    ['www.example.com', 'www.example.com'],
    ['Example.COM.', 'example.com'],
    ['*.Example.com', '*.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.BÜCHER.example', '*.xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a.b.c.d.example.com', 'a.b.c.d.example.com'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ])('%s is read as %s', (typed, read) => {
    expect(readHostname(typed)).toBe(read);
  });

  it.each([
    '',
    '.',
    'com',
    '*',
    '*.com',
    '*.',
    '*.*.example.com',
    'www.*.example.com',
    'w*.example.com',
    '**.example.com',
    'https://www.example.com',
    'www.example.com:80',
    'www.example.com/x',
    'user@example.com',
    'www.example.com..',
    'www..example.com',
    '-www.example.com',
    'www-.example.com',
    'a_b.example.com',
    '1.2.3.4',
    '0x7f.1',
    '[::1]',
    'www.example.com\nx',
    'www%2eexample.com',
    'xn--a.example',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
    'x'.repeat(100_000),
  ])('%j is none', (typed) => {
    expect(() => readHostname(typed)).toThrow(/^Domain ".{0,90}" is invalid: hostname must be a name such as/s);
    expect(asHostname(typed)).toBe(typed);
  });

  it('is at the apex where it has two labels', () => {
    expect(['example.com', 'www.example.com', '*.example.com'].map(isApex)).toEqual([true, false, false]);
  });

  it('falls under the wildcards above it, the nearest first', () => {
    expect(wildcardsOf('a.b.example.com')).toEqual(['*.b.example.com', '*.example.com']);
    expect(wildcardsOf('example.com')).toEqual([]);
    expect(wildcardsOf('com')).toEqual([]);
  });
});

describe("the platform's own names", () => {
  it.each(['apps.example.com', 'shop.apps.example.com', '*.apps.example.com', '*.shop.apps.example.com', '*.example.com'])(
    '%s is refused',
    (name) => {
      expect(() => checkNotPlatforms(name, 'Apps.Example.com')).toThrow(/reserved|take names of this platform/);
    },
  );

  it.each(['example.com', 'www.example.com', 'apps.example.org', 'xapps.example.com', '*.www.example.com', '*.s.example.com'])(
    '%s is not among them',
    (name) => {
      expect(() => checkNotPlatforms(name, 'apps.example.com')).not.toThrow();
    },
  );

  it('the DNS target is one that no app can have', () => {
    const target = dnsTarget('9d1c7e0a-21b5-4b5e-9a0e-6f3a3b1d2c4e', 'Apps.test');
    expect(target).toBe('9d1c7e0a21b54b5e9a0e6f3a3b1d2c4e.apps.test');
    expect(target.indexOf('.')).toBeGreaterThan(30);
  });
});
