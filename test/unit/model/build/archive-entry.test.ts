// One table of hostile entries: what no archive of a stranger may hold.
import { describe, expect, it } from 'vitest';
import { entryCheck, plainPath, type ArchiveEntry } from '../../../../src/model/build/archive-entry.js';

function check(entries: ArchiveEntry[], mayReplace = false): (string | null)[] {
  const ask = entryCheck({ mayReplace });
  return entries.map((entry) => ask({ type: 'file', ...entry }));
}

describe('an archive', () => {
  it('may hold files, directories and links', () => {
    const fine: ArchiveEntry[] = [
      { name: './', type: 'directory' },
      { name: 'a/', type: 'directory' },
      { name: './a', type: 'directory' },
      { name: 'a/b' },
      { name: 'c', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'd', type: 'link', linkname: './a/b' },
      { name: '..e/f..' },
    ];
    expect(check(fine)).toEqual(fine.map(() => null));
  });

  it.each<[string, ArchiveEntry[], string]>([
    ['a path that leads upwards', [{ name: 'a/../../b' }], 'leads out of the archive'],
    ['a path that comes back', [{ name: 'x/../Dockerfile' }], 'leads out of the archive'],
    ['a NUL', [{ name: 'a\0b' }], 'leads out of the archive'],
    ['a device', [{ name: 'disk', type: 'block-device' }], 'is a block-device'],
    ['a pipe', [{ name: 'pipe', type: 'fifo' }], 'is a fifo'],
    ['a sparse file', [{ name: 'big', type: null }], 'is a file of an unknown kind'],
    ['a directory with content', [{ name: 'd', type: 'directory', size: 1 }], 'is a directory with content'],
    ['a symbolic link with content', [{ name: 'l', type: 'symlink', linkname: 'x', size: 512 }], 'is a symlink with content'],
    ['a hard link upwards', [{ name: 'l', type: 'link', linkname: '../etc/shadow' }], 'is a link out of the archive'],
    ['a name that no system can open', [{ name: 'a/'.repeat(50_000) }], 'has far too long a name'],
    ['a file behind a link', [{ name: 'x', type: 'symlink', linkname: '.' }, { name: 'x/Dockerfile' }], 'lies behind a link'],
    ['a file behind a file', [{ name: 'x' }, { name: 'x/y' }], 'lies behind a file'],
    ['a file that comes twice', [{ name: 'Dockerfile' }, { name: './Dockerfile' }], 'comes twice'],
    ['a link in place of a file', [{ name: 'Dockerfile' }, { name: 'Dockerfile', type: 'symlink', linkname: 'other' }], 'comes twice'],
    ['a directory in place of a file', [{ name: 'a' }, { name: 'a', type: 'directory' }], 'comes twice'],
    ['a hard link in place of a file', [{ name: 'a' }, { name: 'b' }, { name: 'a', type: 'link', linkname: 'b' }], 'comes twice'],
  ])('may not hold %s', (_, entries, wrong) => {
    expect(check(entries).at(-1)).toBe(wrong);
  });

  it('may hold a later version of a file where that is wanted, and what is behind a link is judged by it', () => {
    expect(check([{ name: 'a' }, { name: 'a' }], true)).toEqual([null, null]);
    expect(check([{ name: 'a', type: 'directory' }, { name: 'a', type: 'symlink', linkname: '/' }, { name: 'a/b' }], true).at(-1)).toBe(
      'lies behind a link',
    );
    expect(check([{ name: 'a', type: 'symlink', linkname: '/' }, { name: 'a', type: 'directory' }, { name: 'a/b' }], true).at(-1)).toBe(
      null,
    );
  });
});

it.each([
  ['./a//b/', 'a/b'],
  ['/a', 'a'],
  ['.', ''],
  ['a/..', null],
])('the plain path of %j is %j', (name, path) => expect(plainPath(name)).toBe(path));
