// What people may write for a buildpack.
import { describe, expect, it } from 'vitest';
import { parseBuildpack } from '../../../../src/model/build/buildpack.js';

describe('a buildpack', () => {
  it.each([
    ['nodejs', { kind: 'builtin', name: 'nodejs' }],
    ['heroku/nodejs', { kind: 'builtin', name: 'nodejs' }],
    [' slipway/static ', { kind: 'builtin', name: 'static' }],
    ['heroku-community/static', { kind: 'builtin', name: 'static' }],
    ['null', { kind: 'builtin', name: 'null' }],
    ['urn:buildpack:heroku/nodejs', { kind: 'builtin', name: 'nodejs' }],
    ['https://example.com/a/b', { kind: 'git', url: 'https://example.com/a/b', ref: null }],
    ['https://example.com/a/b.git#v1.2', { kind: 'git', url: 'https://example.com/a/b.git', ref: 'v1.2' }],
    ['https://example.com/a.git#feature/x', { kind: 'git', url: 'https://example.com/a.git', ref: 'feature/x' }],
    ['git@example.com:a/b.git', { kind: 'git', url: 'git@example.com:a/b.git', ref: null }],
    ['https://example.com/a.tgz?version=1', { kind: 'tarball', url: 'https://example.com/a.tgz?version=1' }],
    ['http://example.com/a.tar.gz', { kind: 'tarball', url: 'http://example.com/a.tar.gz' }],
  ])('%s', (text, ref) => {
    expect(parseBuildpack(text)).toEqual(ref);
  });

  it.each(['', 'cobol', 'heroku/cobol', '--upload-pack=x', 'https://', 'ext::sh -c x', 'https://example.com/a b', '/etc'])(
    '%j is none',
    (text) => {
      expect(() => parseBuildpack(text)).toThrow('is not a buildpack: use one of slipway/ruby, slipway/nodejs, ');
    },
  );
});
