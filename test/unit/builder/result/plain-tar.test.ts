// An archive that two programs could read in two ways is no layer.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, linkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlainTar, TarError } from '../../../../src/builder/result/plain-tar.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-tar-'));
  mkdirSync(join(dir, 'app', 'x'.repeat(150)), { recursive: true });
  writeFileSync(join(dir, 'app', 'x'.repeat(150), 'long'), 'some text');
  writeFileSync(join(dir, 'app', 'empty'), '');
  symlinkSync('y'.repeat(120), join(dir, 'app', 'link'));
  linkSync(join(dir, 'app', 'empty'), join(dir, 'app', 'same'));
  execFileSync('truncate', ['-s', '1M', join(dir, 'app', 'hole')]);
});
afterAll(() => rmSync(dir, { recursive: true }));

const tar = (...args: string[]) =>
  execFileSync('tar', ['-c', '--numeric-owner', '--owner=20000', '--group=20000', ...args, '-C', dir, 'app'], { maxBuffer: 1 << 26 });

/** What is wrong with the archive, given in parts of this length; null when it is fine. */
function check(archive: Buffer, part = 700, limits = { maxEntries: 100, maxBytes: 1 << 26 }): string | null {
  const reader = openPlainTar(limits);
  try {
    for (let at = 0; at < archive.length; at += part) reader.write(archive.subarray(at, at + part));
    reader.end();
    return null;
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

/** The first header changed and summed anew, as somebody would who forges. */
function forged(change: (header: Buffer) => void): Buffer {
  const archive = tar('--format=gnu', '--sort=name');
  const header = archive.subarray(0, 512);
  change(header);
  header.fill(' ', 148, 156);
  header.write(
    `${[...header]
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return archive;
}

describe('an archive', () => {
  it.each([1, 511, 512, 513, 65_536])('as builds write it is fine, in parts of %i bytes', (part) => {
    expect(check(tar('--format=gnu', '--sort=name'), part)).toBeNull();
  });

  it('may have times before 1970', () => {
    expect(check(tar('--format=gnu', '--mtime=1960-01-01'))).toBeNull();
  });

  it.each<[string, () => Buffer, string]>([
    ['in the form of POSIX', () => tar('--format=posix'), 'form: a header is not in the form'],
    ['with sparse files', () => tar('--format=gnu', '--sparse'), 'form: a header has more fields than builds write'],
    [
      'with names of sparse files in extended headers',
      () => tar('--format=posix', '--sparse', '--sparse-version=1.0'),
      'form: a header is not in the form',
    ],
    ['with a global header', () => tar('--format=posix', '--pax-option=globexthdr.name=g,comment=x'), 'form: a header is not in the form'],
    [
      'whose sum is wrong',
      () => {
        const archive = tar('--format=gnu');
        archive[0] = 98;
        return archive;
      },
      'form: the sum of a header is wrong',
    ],
    ['of a device', () => forged((header) => header.write('3', 156)), 'form: an entry is of the type "3"'],
    ['of a pipe', () => forged((header) => header.write('6', 156)), 'form: an entry is of the type "6"'],
    ['of an old file', () => forged((header) => header.write('\0', 156)), 'form: an entry is of the type'],
    [
      'of a directory with content',
      () => forged((header) => header.write('00000001000', 124)),
      'form: an entry that has no content has a size',
    ],
    ['with a size that is no number', () => forged((header) => header.write('-0000000001', 124)), 'form: a number of a header'],
    ['with a size in binary', () => forged((header) => void (header[124] = 0x80)), 'form: a number of a header'],
    ['with a mode that is no number', () => forged((header) => header.write('99999999', 100)), 'form: a number of a header'],
    ['with a uid that goes on after its number', () => forged((header) => header.write('0047040x', 108)), 'form: a number of a header'],
    ['with a time that is none', () => forged((header) => void header.fill(' ', 136, 148)), 'form: a number of a header'],
    ['with a gid in binary', () => forged((header) => void (header[116] = 0x80)), 'form: a number of a header'],
    ['with a prefix', () => forged((header) => header.write('etc', 345)), 'form: a header has more fields'],
    ['that breaks off', () => tar('--format=gnu').subarray(0, 1500), 'form: it breaks off'],
    ['that goes on after its end', () => Buffer.concat([tar('--format=gnu'), tar('--format=gnu')]), 'form: it goes on after its end'],
    ['of nothing', () => Buffer.alloc(0), 'form: it breaks off'],
  ])('%s is refused', (_, archive, wrong) => expect(check(archive())).toContain(wrong));

  it('that is too large is told apart', () => {
    expect(check(tar('--format=gnu'), 700, { maxEntries: 3, maxBytes: 1 << 26 })).toBe('size: it has more than 3 files');
    expect(check(tar('--format=gnu'), 700, { maxEntries: 100, maxBytes: 1 << 20 })).toBe('size: it holds more than 1 MB');
  });
});
