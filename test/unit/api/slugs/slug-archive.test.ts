import { describe, expect, it } from 'vitest';
import { rewriteEntry } from '../../../../src/api/slugs/slug-archive.js';

const entry = (name: string, more: object = {}) => ({ name, type: 'file' as const, mode: 0o644, size: 1, uid: 0, gid: 0, ...more });

describe('an entry of an uploaded slug', () => {
  it.each([
    ['./app/index.js', 'app/index.js'],
    ['app//a/./b', 'app/a/b'],
    ['/app/x', 'app/x'],
  ])('%s becomes %s, owned by the dyno', (name, plain) => {
    expect(rewriteEntry(entry(name), new Set())).toMatchObject({ name: plain, uid: 20_000, gid: 20_000, mode: 0o644 });
  });

  it.each(['./', './app', 'app/', 'etc/passwd', 'etc/', 'root/x', 'var/x', '../etc/passwd', 'application/x', ''])(
    '%j is left out',
    (name) => {
      expect(rewriteEntry(entry(name), new Set())).toBeNull();
    },
  );

  it.each(['opt/node/bin/node', './usr/lib/ruby/x.rb', 'etc/php/8.2/php.ini'])("%s is a runtime's: it stays, owned by root", (name) => {
    expect(rewriteEntry(entry(name, { uid: 20_000, mode: 0o4777 }), new Set())).toMatchObject({
      name: name.replace('./', ''),
      uid: 0,
      gid: 0,
      mode: 0o777,
    });
  });

  it('keeps no special bits', () => {
    expect(rewriteEntry(entry('app/x', { mode: 0o104755 }), new Set())).toMatchObject({ mode: 0o755 });
  });

  it.each([
    [entry('app/dev', { type: 'character-device' }), 'is a character-device'],
    [entry('app/fifo', { type: 'fifo' }), 'is a fifo'],
    [entry('app/../etc/passwd'), 'leads out of app/'],
    [entry('opt/../etc/passwd'), 'leads out of /'],
    [entry('usr', { type: 'symlink', linkname: '/app' }), 'is a symlink'],
    [entry('opt/x', { type: 'link', linkname: 'etc/shadow' }), 'is a link out of /'],
    [entry('opt/x', { type: 'link', linkname: 'app/x' }), 'is a link out of /'],
    [entry('app/x', { type: 'link', linkname: '/etc/shadow' }), 'is a link out of app/'],
    [entry('app/x', { type: 'link', linkname: 'app/../../etc/shadow' }), 'is a link out of app/'],
  ])('%j is refused', (header, why) => {
    expect(() => rewriteEntry(header, new Set())).toThrow(why);
  });

  it('behind a symbolic link is refused, one that replaces it is not', () => {
    const links = new Set<string>();
    rewriteEntry(entry('app/etc', { type: 'symlink', linkname: '/etc' }), links);
    expect(() => rewriteEntry(entry('app/etc/passwd'), links)).toThrow('lies behind a symbolic link');
    rewriteEntry(entry('app/etc', { type: 'directory' }), links);
    expect(rewriteEntry(entry('app/etc/passwd'), links)).toMatchObject({ name: 'app/etc/passwd' });
  });
});
