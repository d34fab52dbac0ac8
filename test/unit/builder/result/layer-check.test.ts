// What may be in an archive that becomes part of a dyno's image.
import { describe, expect, it } from 'vitest';
import { isReadOnlyDirectory, layerCheck, type ArchiveEntry } from '../../../../src/builder/result/layer-check.js';

function check(...entries: ArchiveEntry[]): (string | null)[] {
  const ask = layerCheck('app/', 20_000);
  return entries.map((entry) => ask({ uid: 20_000, ...entry }));
}

describe('a slug', () => {
  it('may hold files, directories and links of the app', () => {
    const fine: ArchiveEntry[] = [
      { name: 'app/', type: 'directory' },
      { name: 'app/a', type: 'file' },
      { name: 'app/b', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'app/c', type: 'link', linkname: 'app/a' },
      { name: 'app/..a/x..', type: 'file' },
    ];
    expect(check(...fine)).toEqual(fine.map(() => null));
  });

  it.each([
    [{ name: 'etc/passwd', type: 'file' }, '"etc/passwd" lies outside of app/'],
    [{ name: 'app', type: 'file' }, '"app" lies outside of app/'],
    [{ name: 'apple/x', type: 'file' }, '"apple/x" lies outside of app/'],
    [{ name: '/app/x', type: 'file' }, '"/app/x" lies outside of app/'],
    [{ name: 'app/../etc/x', type: 'file' }, '"app/../etc/x" lies outside of app/'],
    [{ name: 'app/disk', type: 'block-device' }, '"app/disk" is a block-device'],
    [{ name: 'app/pipe', type: 'fifo' }, '"app/pipe" is a fifo'],
    [{ name: 'app/root', type: 'file', uid: 0 }, '"app/root" belongs to user 0'],
    [{ name: 'app/l', type: 'link', linkname: 'etc/shadow' }, '"app/l" is a link out of app/'],
  ])('may not hold %j', (entry, wrong) => {
    expect(check(entry)).toEqual([wrong]);
  });

  it('may not hold a name that no system can open, and says no more than its beginning', () => {
    const [wrong] = check({ name: `app/${'a/'.repeat(50_000)}`, type: 'file' });
    expect(wrong).toMatch(/^"app\/a[a/]{190,200}…" is far too long a name$/);
  });

  it('may not hold files behind its own links', () => {
    expect(check({ name: 'app/x', type: 'symlink', linkname: '/etc' }, { name: 'app/x/passwd', type: 'file' })).toEqual([
      null,
      '"app/x/passwd" lies behind a symbolic link',
    ]);
  });
});

describe('a runtime', () => {
  it('brings the directories above it', () => {
    const ask = layerCheck('opt/slipway/', 0);
    expect(ask({ name: 'opt/', type: 'directory', uid: 0 })).toBe(null);
    expect(ask({ name: 'opt/', type: 'directory', uid: 7 })).not.toBe(null);
    expect(ask({ name: 'op/', type: 'directory', uid: 0 })).not.toBe(null);
  });
});

it.each([
  [{ type: 'directory', mode: 0o755 }, false],
  [{ type: 'directory' }, false],
  [{ type: 'directory', mode: 0o555 }, true],
  [{ type: 'directory', mode: 0o600 }, true],
  [{ type: 'file', mode: 0o444 }, false],
])('of %j its owner says whether files can be put into it', (entry, expected) => {
  expect(isReadOnlyDirectory({ name: 'app/a/', ...entry })).toBe(expected);
});
