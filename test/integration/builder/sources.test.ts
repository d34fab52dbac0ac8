// Sources from elsewhere: what their archives may hold, where their URLs may lead, and repositories inside them.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import tar from 'tar-stream';
import { writeSource } from '../../../src/store/app/source.js';
import { zipOf } from '../../support/zip.js';
import { packFiles, startWorld, type Pushed, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 0 });
});

afterAll(() => world?.stop());

type Entry = Omit<Partial<tar.Header>, 'name'> & { name: string; body?: string };

async function archive(entries: Entry[]): Promise<string> {
  const pack = tar.pack();
  for (const { body = '', ...header } of [{ name: 'Procfile', body: 'web: true\n' }, ...entries])
    pack.entry({ mtime: new Date(1_700_000_000_000), ...header }, body);
  pack.finalize();
  const parts: Buffer[] = [];
  for await (const part of pack) parts.push(part as Buffer);
  const file = join(world.dir, `${Math.random()}.tar`);
  writeFileSync(file, Buffer.concat(parts));
  return world.upload(file);
}

const push = async (source: string, o: Parameters<World['push']>[2] = {}): Promise<Pushed> =>
  world.push(await world.newApp(), {}, { origin: 'api', source, ...o });

describe('a directory that is the app', () => {
  const files = {
    Procfile: 'web: top\n',
    'libs/a.txt': 'a',
    'services/api/Procfile': 'web: api\n',
    'services/api/.slugignore': '*.md\n',
    'services/api/doc.md': 'x',
    'services/api/shared@': '../../libs',
    'by-link@': 'services',
  };
  const pushed = async (dir: string, o: { top?: string } = {}) => {
    const app = await world.newApp();
    await writeSource(world.ctx.store, app.id, { dir, watch: [] });
    if (o.top === undefined) return world.push(app, files);
    const whole = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${o.top}/${path}`, text]));
    return world.push(app, whole, { origin: 'api' });
  };

  it.each([
    ['by git', {}],
    ['in a folder of an archive', { top: 'shop-1' }],
  ])('is all that is built, pushed %s', async (_how, o) => {
    const { build, slug, output } = await pushed('services/api', o);
    expect({ status: build.status, types: slug?.processTypes, output }).toMatchObject({ status: 'succeeded', types: { web: 'api' } });
    expect(output).toContain('-----> Building services/api of the repository\n');
    const names = (await world.list(slug!)).map((line) => line.replace(/^.* \.?\/?app\//, '')).filter((name) => name !== '');
    expect(names.toSorted()).toEqual(expect.arrayContaining(['.slugignore', 'Procfile', 'shared -> ../../libs']));
    expect(names.join()).not.toMatch(/libs\/a|doc\.md|services/);
  });

  it.each(['services/web', 'by-link/api', 'services/api/shared'])('is refused where it is not one: %s', async (dir) => {
    const { build, output } = await pushed(dir);
    expect(build.failure).toMatch(new RegExp(`^The source has no directory ${dir}, which is this app's\\.`));
    expect(output).toContain('paas apps:source --dir DIR');
  });
});

describe('an archive', () => {
  it.each([
    ['that leads up', [{ name: '../up.txt', body: 'x' }], /Member name contains '\.\.'/],
    [
      'with a device',
      [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 } as Entry],
      /Cannot mknod: Operation not permitted/,
    ],
    ['with a hard link up', [{ name: 'passwd', type: 'link', linkname: '../../etc/passwd' } as Entry], /Cannot hard link to ‘etc\/passwd’/],
    [
      'that writes through a link',
      [{ name: 'out', type: 'symlink', linkname: '/tmp/cache' } as Entry, { name: 'out/x', body: 'x' }],
      /Cannot open/,
    ],
  ])('%s is refused', async (_, entries, why) => {
    const pushed = await push(await archive(entries));
    expect(pushed.build.failure).toMatch(/^The source can't be unpacked: tar: /);
    expect(pushed.build.failure).toMatch(why);
  });

  it('with absolute names, links out of the app and links among its files is harmless', async () => {
    const pushed = await push(
      await archive([
        { name: '/etc/absolute.txt', body: 'x' },
        { name: 'data.txt', body: 'd' },
        { name: 'hard.txt', type: 'link', linkname: 'data.txt' },
        { name: 'etc/link', type: 'symlink', linkname: '/etc/passwd' },
        { name: 'tmp', type: 'symlink', linkname: '/tmp/cache' },
      ]),
    );
    expect(pushed.build.failure).toBe(null);
    const lines = (await world.list(pushed.slug!)).map((line) => line.split(/\s+/).slice(5).join(' '));
    expect(lines).toEqual([
      'app/',
      'app/Procfile',
      'app/data.txt',
      'app/etc/',
      'app/etc/absolute.txt',
      'app/etc/link -> /etc/passwd',
      'app/hard.txt link to app/data.txt',
      'app/tmp -> /tmp/cache',
    ]);
  });

  it('may be a zip, with one folder at its top', async () => {
    const file = join(world.dir, 'source.zip');
    const entries = [
      { name: 'shop-1/Procfile', text: 'web: bin/run\n' },
      { name: 'shop-1/bin/run', text: '#!/bin/sh\n', mode: 0o100755 },
    ];
    writeFileSync(file, zipOf(...entries));
    const pushed = await push(await world.upload(file));
    expect(pushed.build.failure).toBe(null);
    expect(pushed.slug?.processTypes).toEqual({ web: 'bin/run' });
    expect(await world.list(pushed.slug!)).toContainEqual(expect.stringMatching(/^-rwxr-xr-x .* app\/bin\/run$/));
  });

  it('may be announced by its checksum, and is refused when it has another', async () => {
    const file = await packFiles(world.dir, { Procfile: 'web: true\n' });
    const checksum = `SHA256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    const source = await world.upload(file);
    expect((await push(source, { checksum: checksum.toLowerCase() })).build.status).toBe('succeeded');
    const other = `SHA256:${'0'.repeat(64)}`;
    expect((await push(source, { checksum: other })).build.failure).toBe(
      `The source is not the one that was announced: expected ${other}, got ${checksum}.`,
    );
  });
});

describe('a URL', () => {
  let server: Server;
  let base: string;
  let heard: string[] = [];

  beforeAll(async () => {
    const file = await packFiles(world.dir, { Procfile: 'web: true\n' });
    server = createServer((request, response) => {
      heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
      const to = /^\/to\/(.*)$/.exec(request.url ?? '')?.[1];
      if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (to) response.writeHead(302, { location: decodeURIComponent(to) }).end();
      else if (request.url?.startsWith('/a.tar')) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => void server.close());

  it('may redirect, and carry a name and password', async () => {
    heard = [];
    const pushed = await push(`${base.replace('//', '//me:p%40ss@')}/to/${encodeURIComponent('/a.tar?x=1')}`);
    expect(pushed.build.failure).toBe(null);
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(heard[0]).toBe(`GET /to/%2Fa.tar%3Fx%3D1 ${authorization}`);
  });

  it('that redirects for ever is given up', async () => {
    expect((await push(`${base}/loop`)).build.failure).toBe("The source can't be fetched: it is redirected more than 5 times.");
  });

  describe('into what is not public is not followed', () => {
    // One port of this machine is allowed, as an operator may do; all else is not.
    beforeAll(() => world.restart({ fetchAllow: [base.replace('http://', '')], buildpackTimeoutMs: 5_000 }));
    afterAll(() => world.restart());

    const refused = /is not on the public internet; the operator can allow it with SLIPWAY_FETCH_ALLOW\.?$/;

    it.each([
      'http://127.0.0.1:8079/x.tar',
      'http://localhost:8079/x.tar',
      'http://[::1]:8079/x.tar',
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/',
      'http://2130706433/x.tar',
      'http://[::ffff:127.0.0.1]/x.tar',
    ])('%s', async (url) => {
      expect((await push(url)).build.failure).toMatch(refused);
      expect((await push(`${base}/to/${encodeURIComponent(url)}`)).build.failure).toMatch(refused);
    });

    it.each([
      'http://127.0.0.1:8079/x.git',
      'http://localhost:8079/x.git',
      'https://localhost:8079/x.git',
      'https://169.254.169.254/x.git',
      'http://localhost:8079/x.tgz',
    ])('a buildpack at %s', async (url) => {
      const pushed = await world.push(await world.newApp(), { Procfile: 'web: true\n' }, { buildpacks: [url] });
      expect(pushed.build.failure).toMatch(refused);
      expect(pushed.build.failure).toMatch(/^Buildpack /);
    });

    it('a buildpack whose server leads there', async () => {
      const pushed = await world.push(
        await world.newApp(),
        { Procfile: 'web: true\n' },
        { buildpacks: [`${base}/to/${encodeURIComponent('http://localhost:8079')}`] },
      );
      expect(pushed.build.failure).toMatch(refused);
    });

    it.each(['ssh://git@localhost/x.git', 'git@localhost:x.git', 'git://localhost/x.git'])('a buildpack at %s', async (url) => {
      const pushed = await world.push(await world.newApp(), { Procfile: 'web: true\n' }, { buildpacks: [url] });
      expect(pushed.build.failure).toMatch(
        /^Buildpack \S+ can't be used: (the platform has no ssh key for it|git:\/\/ URLs are not allowed here); use its https:\/\/ URL\.$/,
      );
    });
  });
});

describe('git submodules', () => {
  const files = { Procfile: 'web: true\n' };

  it('are fetched at their commits, with those inside them', async () => {
    const inner = await world.packRepository({ 'deep.txt': 'deep' });
    const outer = await world.packRepository({ 'lib.txt': 'old', 'docs/kept.txt': 'k', '.gitattributes': 'docs export-ignore\n' });
    await outer.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.url, 'inner');
    await outer.git('commit', '-q', '-m', 'Inner');
    const commit = await outer.git('rev-parse', 'HEAD');
    await outer.git('rm', '-q', 'lib.txt');
    await outer.git('commit', '-q', '-m', 'Later');
    const pushed = await world.push(await world.newApp(), files, { submodules: [{ path: 'vendor/my lib', url: outer.url, commit }] });
    expect(pushed.build.failure).toBe(null);
    expect(pushed.output).toContain(
      `-----> Git submodules detected, installing\n       vendor/my lib: ${outer.url} at ${commit}\n` +
        `       vendor/my lib/inner: ${inner.url} at ${inner.commit}\n`,
    );
    expect(await world.read(pushed.slug!, 'app/vendor/my lib/lib.txt')).toBe('old');
    expect(await world.read(pushed.slug!, 'app/vendor/my lib/docs/kept.txt')).toBe('k');
    expect(await world.read(pushed.slug!, 'app/vendor/my lib/inner/deep.txt')).toBe('deep');
  });

  it.each([
    [
      'file:///nowhere.git',
      /^The git submodule lib can't be fetched from file:\/\/\/nowhere\.git: git says: .*does not appear to be a git repository\.$/,
    ],
    [
      'git@example.com:a/b.git',
      /^The git submodule lib can't be fetched from git@example\.com:a\/b\.git: the platform has no ssh key for it; use its https:\/\/ URL\.$/,
    ],
    ['http://169.254.169.254/x.git', /169\.254\.169\.254 is not on the public internet/],
  ])('at %s that can not be had fail the build', async (url, failure) => {
    const pushed = await world.push(await world.newApp(), files, { submodules: [{ path: 'lib', url, commit: 'a'.repeat(40) }] });
    expect(pushed.build.failure).toMatch(failure);
    expect(pushed.output).toMatch(/ !     Push failed\n$/);
  });
});
