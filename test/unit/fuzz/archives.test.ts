// Archives from outside: those of builds, uploaded slugs, buildpacks, and sources of container builds.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rewriteSlug } from '../../../src/api/slugs/slug-archive.js';
import { checkPack, packAll, readPack } from '../../../src/builder/buildpacks/archive.js';
import { DOCKERFILE_NAME, keepSource } from '../../../src/builder/container/source-files.js';
import { layerCheck } from '../../../src/builder/result/layer-check.js';
import { openPlainTar, TarError } from '../../../src/builder/result/plain-tar.js';
import { plainPath } from '../../../src/model/build/archive-entry.js';
import { accepted, acceptedLater, fuzz } from './fuzz.js';
import { parts } from './inputs.js';
import { tars } from './tars.js';

const USER = 20_000;
const LIMITS = { maxEntries: 5, maxBytes: 20_000 };

interface Entry {
  name: string;
  type: string;
  size: number;
  linkname: string;
  uid: number;
}

/** As tar-stream reads it. Rejects for what it can't read. */
async function list(archive: Buffer): Promise<Entry[]> {
  const extract = tar.extract();
  extract.end(archive);
  const found: Entry[] = [];
  for await (const entry of extract) {
    const { name, type, size, linkname, uid } = entry.header;
    found.push({ name, type: type ?? '', size: size ?? 0, linkname: linkname ?? '', uid: uid ?? 0 });
    entry.resume();
  }
  return found;
}

async function wholeOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('the layer of a build', () => {
  /** Archives that pass, for GNU tar to be asked about. */
  const passed: Buffer[] = [];

  function problemOf(pieces: Buffer[]): string | null {
    const plain = openPlainTar(LIMITS);
    try {
      for (const piece of pieces) plain.write(piece);
      plain.end();
      return null;
    } catch (error) {
      if (!(error instanceof TarError)) throw error;
      return error.message;
    }
  }

  fuzz({
    name: 'is read by others as by us',
    make: tars,
    async check(input, random) {
      const problem = problemOf([input]);
      const cut = problemOf(parts(random, input));
      // Which of two problems is met first may depend on the parts, that there is one doesn't.
      expect(cut === null).toBe(problem === null);
      if (problem !== null) return;
      const entries = await list(input);
      expect(entries.length).toBeLessThanOrEqual(LIMITS.maxEntries);
      expect(entries.filter(({ type }) => !['file', 'directory', 'symlink', 'link'].includes(type))).toEqual([]);
      const check = layerCheck('app/', USER);
      const kept = entries.filter((entry) => check(entry) === null);
      expect(kept.filter(({ name }) => !`${name}/`.startsWith('app/') || name.split('/').includes('..'))).toEqual([]);
      if (entries.length > 0 && passed.length < 30) passed.push(input);
    },
  });

  it('is listed by GNU tar with the same names and sizes', async () => {
    for (const archive of passed) {
      const listed = execFileSync('tar', ['-tvf', '-', '--numeric-owner', '--quoting-style=escape'], {
        input: archive,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
      const sizes = listed
        .trim()
        .split('\n')
        .map((line) => Number(/^\S+ +\S+ +(\d+)/.exec(line)?.[1]));
      expect(sizes).toEqual((await list(archive)).map(({ size }) => size));
    }
  });
});

fuzz({
  name: "an uploaded slug is the app's files, and nothing else",
  make: tars,
  async check(input, random) {
    const upload = random.chance(0.05) ? input : gzipSync(input, { level: 1 });
    if (random.chance(0.05) && upload.length > 0) upload[random.below(upload.length)] = random.below(256);
    const made = await acceptedLater(async () => {
      const slug = rewriteSlug(Readable.from(parts(random, upload)), LIMITS.maxBytes);
      const app = wholeOf(slug.app.archive);
      const system = slug.system.then((layer) => layer && wholeOf(layer.archive));
      return (await Promise.all([app, system])).map((archive) => archive && gunzipSync(archive));
    });
    if (!made) return;
    const [app, system] = await Promise.all(made.map((archive) => (archive ? list(archive) : [])));
    expect(app![0]).toMatchObject({ name: 'app/', type: 'directory' });
    const check = layerCheck('app/', USER);
    expect(app!.map(check).filter((problem) => problem !== null)).toEqual([]);
    expect(system!.filter(({ name, uid }) => uid !== 0 || plainPath(name) === null || !/^(opt|usr|etc)\//.test(name))).toEqual([]);
    expect([...app!, ...system!].reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(LIMITS.maxBytes);
  },
});

fuzz({
  name: 'a buildpack is files inside its folder',
  make: tars,
  async check(input, random) {
    const files = await acceptedLater(() => readPack(Readable.from(parts(random, input))));
    if (!files || accepted(() => (checkPack(files), true)) === null) return;
    expect(files.filter(({ name }) => name === '' || name.startsWith('/') || plainPath(name) === null)).toEqual([]);
    const packed = await packAll([files]);
    expect((await list(packed)).map(({ name }) => name.replace(/\/$/, ''))).toEqual(files.map(({ name }) => `0/${name}`));
  },
});

describe('the source of a container build', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  fuzz({
    name: 'reaches the engine with each path once',
    make: tars,
    async check(input, random) {
      const isZipped = random.chance(0.3);
      const stream = Readable.from(isZipped ? [gzipSync(input, { level: 1 })] : parts(random, input));
      const source = await acceptedLater(() =>
        keepSource(
          { stream, compression: isZipped ? 'gzip' : 'none' },
          {
            file: join(dir, 'source'),
            dir: null,
            stripTop: random.chance(0.5),
            maxBytes: LIMITS.maxBytes,
            signal: new AbortController().signal,
          },
        ),
      );
      if (!source) return;
      const texts = await acceptedLater(() => source.read(['Dockerfile', 'heroku.yml']));
      for (const text of texts?.values() ?? []) expect(text.length).toBeLessThanOrEqual(LIMITS.maxBytes);
      const context = await acceptedLater(async () => wholeOf(await source.context(random.pick(['.', 'app']), 'FROM scratch\n')));
      if (!context) return;
      const entries = await list(context);
      const paths = entries.filter(({ type }) => type !== 'directory').map(({ name }) => plainPath(name));
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths).not.toContain(null);
      expect(entries.filter(({ name }) => name === DOCKERFILE_NAME)).toMatchObject([{ type: 'file', size: 13 }]);
    },
  });
});
