// Buildpack archives: what is taken, what is refused.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import tar from 'tar-stream';
import { checkPack, packAll, readPack } from '../../../src/builder/buildpacks/archive.js';

type Entry = Omit<Partial<tar.Header>, 'name'> & { name: string; body?: string };
const PACK: Entry[] = [
  { name: 'bin/detect', body: 'd' },
  { name: 'bin/compile', body: 'c', mode: 0o644 },
];

async function read(entries: Entry[]) {
  const pack = tar.pack();
  for (const { body, ...header } of entries) {
    if (body === undefined) pack.entry(header);
    else pack.entry(header, body);
  }
  pack.finalize();
  const files = await readPack(Readable.from(pack));
  checkPack(files);
  return files;
}

describe('a buildpack', () => {
  it('may lie at the top, below ./ or in one folder', async () => {
    const names = ['bin/detect', 'bin/compile'];
    for (const prefix of ['', './', 'repo-main/']) {
      expect((await read(PACK.map((entry) => ({ ...entry, name: prefix + entry.name })))).map((file) => file.name)).toEqual(names);
    }
  });

  it('is packed with scripts that can be run', async () => {
    const extract = tar.extract();
    extract.end(await packAll([await read([...PACK, { name: 'lib/x', body: 'x' }])]));
    const modes: Record<string, number> = {};
    for await (const entry of extract) {
      modes[entry.header.name] = entry.header.mode ?? 0;
      entry.resume();
    }
    expect(modes).toEqual({ '0/bin/detect': 0o755, '0/bin/compile': 0o755, '0/lib/x': 0o644 });
  });

  const refused: [string, Entry[], RegExp][] = [
    ['an absolute path', [...PACK, { name: '/etc/x', body: '' }], /"\/etc\/x" lies outside of it/],
    ['a path that climbs', [...PACK, { name: 'a/../../x', body: '' }], /"a\/\.\.\/\.\.\/x" lies outside of it/],
    ['a device', [...PACK, { name: 'disk', type: 'block-device' }], /"disk" is a block-device/],
    ['a hard link', [...PACK, { name: 'l', type: 'link', linkname: 'bin/detect' }], /"l" is a link/],
    ['a link out', [...PACK, { name: 'l', type: 'symlink', linkname: '../x' }], /the link "l" leads out of it/],
    ['an absolute link', [...PACK, { name: 'l', type: 'symlink', linkname: '/etc' }], /the link "l" leads out of it/],
    [
      'a file behind a link',
      [...PACK, { name: 'l', type: 'symlink', linkname: 'bin' }, { name: 'l/x', body: '' }],
      /"l\/x" lies behind a link/,
    ],
    [
      'no compile',
      [
        { name: 'bin/detect', body: '' },
        { name: 'README', body: '' },
      ],
      /it is not a buildpack: it has no bin\/compile/,
    ],
  ];

  it.each(refused)('with %s is refused', async (_, entries, message) => {
    await expect(read(entries)).rejects.toThrow(message);
  });

  it('with a directory that has content is refused at once', async () => {
    const pack = tar.pack();
    pack.entry({ name: 'd', type: 'directory' });
    pack.finalize();
    const header = Buffer.concat(await Readable.from(pack).toArray()).subarray(0, 512);
    header.write('00000000010', 124);
    header.fill(' ', 148, 156);
    header.write(
      `${[...header]
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    await expect(readPack(Readable.from([header, Buffer.alloc(2_048)]))).rejects.toThrow('is a directory with content');
  });

  it('that is no archive is refused', async () => {
    await expect(readPack(Readable.from([Buffer.from('hello '.repeat(500))]))).rejects.toThrow(/its archive is broken/);
  });
});
