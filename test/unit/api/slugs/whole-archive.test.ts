import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { mergeLayers } from '../../../../src/api/slugs/whole-archive.js';

type Entry = [name: string, content?: string];

/** `a/` is a directory, `a -> b` a link. */
async function aLayer(entries: Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, content] of entries) {
    const [path = '', linkname] = name.split(' -> ');
    if (linkname) pack.entry({ name: path, type: 'symlink', linkname });
    else if (path.endsWith('/')) pack.entry({ name: path, type: 'directory' });
    else pack.entry({ name: path, mtime: new Date(5_000) }, content ?? '');
  }
  pack.finalize();
  return gzipSync(await buffer(pack as unknown as Readable));
}

const merge = async (...layers: Buffer[]) => buffer(mergeLayers(layers.map((layer) => async () => Readable.from([layer]))));

async function listed(archive: Buffer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const extract = tar.extract();
  Readable.from([gunzipSync(archive)]).pipe(extract as unknown as NodeJS.WritableStream);
  for await (const entry of extract) {
    const content = (await buffer(entry as unknown as Readable)).toString();
    entries.push([
      entry.header.linkname ? `${entry.header.name} -> ${entry.header.linkname}` : entry.header.name,
      ...(content ? [content] : []),
    ] as Entry);
  }
  return entries;
}

describe('layers as one archive', () => {
  it('are all there, what several have once: as the uppermost has it', async () => {
    const own = await aLayer([['app/'], ['app/index.js', 'new'], ['app/lib -> vendor']]);
    const packages = await aLayer([
      ['app/'],
      ['app/node_modules/'],
      ['app/node_modules/ms.js', 'ms'],
      ['app/index.js', 'old'],
      ['app/lib/'],
      ['app/lib/hidden', 'x'],
    ]);
    const runtime = await aLayer([['opt/'], ['opt/node/bin/node', 'binary']]);
    expect(await listed(await merge(own, packages, runtime))).toEqual([
      ['app/'],
      ['app/index.js', 'new'],
      ['app/lib -> vendor'],
      ['app/node_modules/'],
      ['app/node_modules/ms.js', 'ms'],
      ['opt/'],
      ['opt/node/bin/node', 'binary'],
    ]);
  });

  it('give the same bytes each time, also for long names and large files', async () => {
    const long = `app/${'deep/'.repeat(60)}file`;
    const layers = [await aLayer([[long, 'x'.repeat(300_000)]]), await aLayer([['app/ü', 'y'.repeat(1_000)]])];
    const [one, two] = [await merge(...layers), await merge(...layers)];
    expect(createHash('sha256').update(one).digest('hex')).toBe(createHash('sha256').update(two).digest('hex'));
    expect((await listed(one)).map(([name, content]) => [name, content?.length])).toEqual([
      [long, 300_000],
      ['app/ü', 1_000],
    ]);
  });

  it('of which one is damaged, or gone, fail', async () => {
    const whole = await aLayer([['app/a', 'x'.repeat(50_000)]]);
    await expect(merge(whole, whole.subarray(0, 60))).rejects.toThrow();
    await expect(buffer(mergeLayers([() => Promise.reject(new Error('gone'))]))).rejects.toThrow('gone');
  });
});
