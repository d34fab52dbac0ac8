// A source of which one directory is the app, as the stack container sees it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import tar from 'tar-stream';
import { keepSource } from '../../../../src/builder/container/source-files.js';

let home: string;
beforeAll(() => void (home = mkdtempSync(join(tmpdir(), 'slipway-source-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Entry = Omit<Partial<tar.Header>, 'name'> & { name: string; body?: string };

function keep(dir: string, entries: Entry[], stripTop = false) {
  const pack = tar.pack();
  for (const { body, ...header } of entries) pack.entry(header, body ?? '');
  pack.finalize();
  const source = { stream: Readable.from(pack), compression: 'none' as const };
  return keepSource(source, { file: join(home, 'kept'), stripTop, dir, maxBytes: 1e6, signal: new AbortController().signal });
}

async function contextOf(kept: Awaited<ReturnType<typeof keep>>): Promise<string[]> {
  const names: string[] = [];
  const reader = (await kept.context('.', 'FROM scratch\n')).pipe(tar.extract());
  for await (const entry of reader) {
    const { name, linkname } = entry.header;
    names.push(linkname ? `${name} -> ${linkname}` : name);
    entry.resume();
  }
  return names.filter((name) => !name.startsWith('.')).toSorted();
}

const APP: Entry[] = [
  { name: 'Dockerfile', body: 'FROM top\n' },
  { name: 'services/', type: 'directory' },
  { name: 'services/api/', type: 'directory' },
  { name: 'services/api/Dockerfile', body: 'FROM api\n' },
  { name: 'services/api/same', type: 'link', linkname: 'services/api/Dockerfile' },
  { name: 'services/api2/Dockerfile', body: 'FROM other\n' },
  { name: 'libs/a.txt', body: 'a' },
];

describe('the directory that is the app', () => {
  it.each([
    ['of a commit', APP, false],
    [
      'of an archive with a folder at its top',
      APP.map(({ linkname, ...entry }) => ({
        ...entry,
        name: `shop-1/${entry.name}`,
        ...(linkname && { linkname: `shop-1/${linkname}` }),
      })),
      true,
    ],
  ])('is all there is, %s', async (_what, entries, stripTop) => {
    const kept = await keep('services/api', entries, stripTop);
    expect(Object.fromEntries(await kept.read(['Dockerfile', 'libs/a.txt']))).toEqual({ Dockerfile: 'FROM api\n' });
    expect(await contextOf(kept)).toEqual(['Dockerfile', 'same -> Dockerfile']);
  });

  it.each<[string, string, Entry[], string | RegExp]>([
    ['is not there', 'services/web', APP, /^The source has no directory services\/web, which is this app's\. Name the one/],
    ['is a file', 'Dockerfile', APP, /^The source has no directory Dockerfile/],
    ['is a link', 'api', [...APP, { name: 'api', type: 'symlink', linkname: 'services/api' }], /^The source has no directory api/],
    [
      'holds a link to a file outside',
      'services/api',
      [...APP, { name: 'services/api/a', type: 'link', linkname: 'libs/a.txt' }],
      `The source can't be used: "services/api/a" is a link out of services/api.`,
    ],
  ])('is refused when it %s', async (_what, dir, entries, message) => {
    await expect(keep(dir, entries)).rejects.toThrow(message);
  });
});
