import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { zipAsTar } from '../../../../src/builder/input/zip.js';
import { zipOf, type ZipEntry } from '../../../support/zip.js';

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'slipway-zip-'))));
afterAll(() => rmSync(dir, { recursive: true }));

/** `name mode type → text`, as the tar has them. */
async function unpacked(zip: Buffer, { maxBytes = 1_048_576, maxEntries = 5 } = {}): Promise<string[]> {
  const limits = { maxBytes, maxEntries, signal: new AbortController().signal };
  const stream = await zipAsTar(Readable.from([zip]), join(dir, randomUUID()), limits);
  expect(readdirSync(dir)).toEqual([]);
  const extract = tar.extract();
  const reading = (async () => {
    for await (const chunk of stream) extract.write(chunk as Buffer);
    extract.end(null);
  })().catch((error: Error) => extract.destroy(error));
  const found: string[] = [];
  for await (const entry of extract) {
    let text = '';
    for await (const chunk of entry as AsyncIterable<Buffer>) text += String(chunk);
    const { name, mode, type, linkname } = entry.header;
    found.push(`${name} ${(mode ?? 0).toString(8)} ${type} ${linkname ?? ''}${text}`.trim());
  }
  await reading;
  return found;
}

/** The file of each descriptor of this process. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

async function timesOf(zip: Buffer): Promise<number[]> {
  const limits = { maxBytes: 1_000, maxEntries: 5, signal: new AbortController().signal };
  const extract = (await zipAsTar(Readable.from([zip]), join(dir, randomUUID()), limits)).pipe(tar.extract());
  const found: number[] = [];
  for await (const entry of extract) {
    found.push(entry.header.mtime!.getTime());
    entry.resume();
  }
  return found;
}

describe('a zip archive', () => {
  it('has the files, folders, links and modes of a tar', async () => {
    const entries = [
      { name: 'shop/' },
      { name: 'shop/Procfile', text: 'web: true\n', mode: 0o100644 },
      { name: 'shop/bin/run', text: '#!/bin/sh\n', mode: 0o100755 },
      { name: 'shop/link', text: 'bin/run', mode: 0o120777 },
      { name: 'shop/ünïcode', text: 'x'.repeat(200_000) },
    ];
    expect(await unpacked(zipOf(...entries))).toEqual([
      'shop/ 755 directory',
      'shop/Procfile 644 file web: true',
      'shop/bin/run 755 file #!/bin/sh',
      'shop/link 777 symlink bin/run',
      `shop/ünïcode 644 file ${'x'.repeat(200_000)}`,
    ]);
  });

  it('may be empty', async () => {
    expect(await unpacked(zipOf())).toEqual([]);
  });

  const many = Array.from({ length: 6 }, (_, index) => ({ name: String(index) }));
  it.each<[string, ZipEntry[], RegExp]>([
    ['leads up', [{ name: 'a/../../up', text: 'x' }], /^The source can't be unpacked: invalid relative path/],
    ['leads elsewhere', [{ name: '/etc/passwd', text: 'x' }], /^The source can't be unpacked: absolute path/],
    [
      'lies behind a link',
      [
        { name: 'a', text: '/tmp', mode: 0o120777 },
        { name: 'a/b', text: 'x' },
      ],
      /"a\/b" lies behind a link\.$/,
    ],
    ['comes twice', [{ name: 'a' }, { name: 'a' }], /"a" comes twice\.$/],
    ['is a device', [{ name: 'null', mode: 0o020666 }], /"null" is a character-device\.$/],
    ['is encrypted', [{ name: 'a', text: 'x', isEncrypted: true }], /"a" is encrypted\.$/],
    ['is larger than it says', [{ name: 'a', text: 'x'.repeat(9_000), size: 9 }], /^The source can't be unpacked: too many bytes/],
    ['is smaller than it says', [{ name: 'a', text: 'x', size: 9 }], /^The source can't be unpacked: not enough bytes/],
    ['is a link to far too much', [{ name: 'a', text: 'x'.repeat(5_000), mode: 0o120777 }], /far too long a name\.$/],
    ['is too large', [{ name: 'a', size: 1_048_577 }], /^The source is larger than 1 MB when it is unpacked\.$/],
    ['is one too many', many, /^The source has more than 5 files\.$/],
  ])('is refused where an entry %s', async (_, entries, why) => {
    await expect(unpacked(zipOf(...entries))).rejects.toThrow(why);
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([
    ['it breaks off', () => zipOf({ name: 'a', text: 'x' }).subarray(0, 40)],
    ['it is something else', () => Buffer.from('PK\x03\x04 is what it says')],
  ])('is refused where %s', async (_, bytes) => {
    await expect(unpacked(bytes())).rejects.toThrow(/^The source can't be unpacked: End of central directory/);
  });

  it('is let go of when nobody reads it', async () => {
    const limits = { maxBytes: 10, maxEntries: 1, signal: new AbortController().signal };
    const file = join(dir, randomUUID());
    const stream = await zipAsTar(Readable.from([zipOf({ name: 'a', text: 'x' })]), file, limits);
    expect(openFiles().filter((path) => path.startsWith(file))).toHaveLength(1);
    stream.destroy();
    await vi.waitFor(() => expect(openFiles().filter((path) => path.startsWith(file))).toEqual([]), 10_000);
  });

  it('has times that a tar can tell', async () => {
    const times = ['1601-01-01', '1980-06-01', '2107-01-01'].map((day) => Date.parse(`${day}T00:00:00Z`));
    const zip = zipOf(...times.map((time, index) => ({ name: String(index), time })));
    expect(await timesOf(zip)).toEqual([0, times[1], 0x7fffffff * 1000]);
  });

  it('is let go of when whoever sends it stops', async () => {
    const broken = Readable.from(
      (async function* () {
        yield zipOf({ name: 'a' }).subarray(0, 10);
        throw new Error('gone');
      })(),
    );
    const limits = { maxBytes: 10, maxEntries: 1, signal: new AbortController().signal };
    await expect(zipAsTar(broken, join(dir, 'x'), limits)).rejects.toThrow('gone');
    expect(readdirSync(dir)).toEqual([]);
  });
});
