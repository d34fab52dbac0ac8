import { describe, expect, it } from 'vitest';
import { asRef, asThatOf, splitLogin, withLogin } from '../../../../src/model/git/remote-url.js';

describe('the URL of a repository', () => {
  it.each([
    ['https://example.com/me/app.git', 'https://example.com/me/app.git', null],
    ['https://me:p%40ss%20word@example.com/app', 'https://example.com/app', { name: 'me', password: 'p@ss word' }],
    ['https://token@example.com/app', 'https://example.com/app', { name: 'token', password: '' }],
    ['http://example.com:3000/app', 'http://example.com:3000/app', null],
  ])('%s', (text, url, login) => {
    expect(splitLogin(text, 'url')).toEqual({ url, login });
    expect(splitLogin(withLogin(url, login), 'url')).toEqual({ url, login });
  });

  it.each(['', 'app', 'git@example.com:me/app.git', 'ssh://git@example.com/app', 'file:///etc', 'https://', 'https://example.com/a#main'])(
    'is not %j',
    (text) => {
      expect(() => splitLogin(text, 'url')).toThrow('url: must be the http or https URL of a git repository');
    },
  );

  it('has no name that would end a line of what git is told', () => {
    expect(() => splitLogin('https://me:a%0Apath=x@example.com/app', 'url')).toThrow('make no sense');
  });
});

describe('a ref', () => {
  it.each(['main', 'feature/two', 'v1.0', 'a'.repeat(40), 'ünïcode', 'user@host'])('is %s', (ref) => {
    expect(asRef(ref, 'ref')).toBe(ref);
  });

  it.each(['HEAD', ''])("of the repository's own choice: %j", (ref) => {
    expect(asRef(ref, 'ref')).toBe(null);
  });

  it.each([
    '-x',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a:b',
    'a~1',
    'a^{}',
    'a*',
    'a?',
    'a[b',
    'a\\b',
    'a\nb',
    'a.lock',
    'a/',
    'a//b',
    'a@{1}',
    'x'.repeat(256),
  ])('is not %j', (ref) => {
    expect(() => asRef(ref, 'ref')).toThrow('ref: must be the name of a branch or tag, or a commit');
  });
});

describe('what opens a repository', () => {
  const open = asThatOf({ url: 'https://example.com/me/app.git', login: { name: 'me', password: 'x' } });

  it.each([
    ['opens another of its server', 'https://example.com/me/lib.git', 'https://me:x@example.com/me/lib.git'],
    ['leaves a login that is there', 'https://you:y@example.com/lib', 'https://you:y@example.com/lib'],
    ['is for no other server', 'https://example.com.evil.org/lib', 'https://example.com.evil.org/lib'],
    ['is for no other port', 'https://example.com:8443/lib', 'https://example.com:8443/lib'],
    ['is not for the same server in the open', 'http://example.com/lib', 'http://example.com/lib'],
    ['means nothing to another kind of URL', 'git@example.com:lib.git', 'git@example.com:lib.git'],
  ])('%s', (_, url, opened) => {
    expect(open(url)).toBe(opened);
  });
});
