import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { testEngine } from '../../support/engine.js';
import { ChecksumError } from '../../../src/model/build/checksum-error.js';
import { HOME_LABEL, ofHome } from '../../../src/docker/labels.js';
import { ensureSlugImage, removeSlugImages } from '../../../src/docker/image/slug-image.js';
import { runImage } from './images.js';
import { makeSlug, type MadeSlug } from './make-slug.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();

afterAll(async () => {
  const containers = await engine.listContainers({ all: true, filters: ofHome(homeId) });
  await Promise.all(containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true })));
  await removeSlugImages(engine, { homeId, keeps: () => false });
  expect(await engine.listImages({ filters: ofHome(homeId) })).toEqual([]);
});

function source(slug: MadeSlug, bytes = slug.archive) {
  const opened = { times: 0 };
  const open = async () => {
    opened.times += 1;
    return Readable.from(bytes.length > 0 ? [bytes.subarray(0, 100), bytes.subarray(100)] : []);
  };
  return { opened, slug: { digest: slug.digest, diffId: slug.diffId, size: slug.size, open } };
}

const unique = () => makeSlug({ 'word.txt': randomBytes(8).toString('hex'), 'blob.bin': randomBytes(3_000) });
const images = async () => (await engine.listImages({ filters: ofHome(homeId) })).length;

test('a slug becomes an image whose /app belongs to the dyno', async () => {
  const { slug, opened } = source(await makeSlug({ 'word.txt': 'hello\n', 'a/b.sh': 'echo hi' }));
  const names = await Promise.all([1, 2, 3].map(() => ensureSlugImage(engine, { homeId, runImage, layers: [slug] })));
  expect(new Set(names).size).toBe(1);
  await ensureSlugImage(engine, { homeId, runImage, layers: [slug] });
  expect(opened.times).toBe(1);
  const container = await engine.createContainer({
    Image: names[0]!,
    Cmd: ['bash', '-c', 'stat -c %u:%g /app; cat word.txt; a/b.sh; touch new && ls -1'],
    User: '20000:20000',
    Tty: true,
    Labels: { [HOME_LABEL]: homeId },
  });
  await container.start();
  await container.wait();
  expect(String(await container.logs({ stdout: true })).split('\r\n')).toEqual(['20000:20000', 'hello', 'hi', 'a', 'new', 'word.txt', '']);
  await container.remove();
});

test('an archive that was changed, cut or is longer loads nothing, and says what it is', async () => {
  const slug = await unique();
  const before = await images();
  const changed = Buffer.from(slug.archive);
  changed[200]! ^= 1;
  for (const bytes of [changed, slug.archive.subarray(0, 500), Buffer.concat([slug.archive, Buffer.from('more')]), Buffer.alloc(0)]) {
    const { slug: broken } = source(slug, bytes);
    await expect(ensureSlugImage(engine, { homeId, runImage, layers: [broken] })).rejects.toBeInstanceOf(ChecksumError);
  }
  expect(await images()).toBe(before);
  await ensureSlugImage(engine, { homeId, runImage, layers: [source(slug).slug] });
  expect(await images()).toBe(before + 1);
});

test('an archive that is no tar is refused with what the engine says', async () => {
  const slug = await unique();
  const wrong = { ...source(slug).slug, diffId: '0'.repeat(64) };
  await expect(ensureSlugImage(engine, { homeId, runImage, layers: [wrong] })).rejects.toThrow(
    /The engine refuses the slug's image: invalid diffID/,
  );
});

test('a store that breaks off in the middle is an error of its own, and the next try succeeds', async () => {
  const slug = await unique();
  const broken = {
    ...source(slug).slug,
    open: async () =>
      (async function* () {
        yield slug.archive.subarray(0, 100);
        throw new Error('socket hang up');
      })(),
  };
  await expect(ensureSlugImage(engine, { homeId, runImage, layers: [broken] })).rejects.toThrow('socket hang up');
  await ensureSlugImage(engine, { homeId, runImage, layers: [source(slug).slug] });
});

test('unused images go, kept and used ones stay', async () => {
  const [kept, used, unused] = await Promise.all([unique(), unique(), unique()]);
  for (const slug of [kept, used, unused]) await ensureSlugImage(engine, { homeId, runImage, layers: [source(slug).slug] });
  const name = await ensureSlugImage(engine, { homeId, runImage, layers: [source(used).slug] });
  const container = await engine.createContainer({
    Image: name,
    Cmd: ['sleep', '60'],
    Labels: { [HOME_LABEL]: homeId },
    HostConfig: { Init: true },
  });
  await container.start();
  await removeSlugImages(engine, { homeId, keeps: (digest) => digest === kept.digest });
  const left = (await engine.listImages({ filters: ofHome(homeId) })).map((image) => image.Labels['slipway.slug']);
  expect(left.sort()).toEqual([kept.digest, used.digest].sort());
  await container.remove({ force: true });
});

test('layers below are made once, and shared', async () => {
  const runtime = source(await makeSlug({ 'runtime/which': 'a runtime\n', 'noise.bin': randomBytes(1_000) }));
  const [first, second] = [source(await makeSlug({ 'word.txt': 'one\n' })), source(await makeSlug({ 'word.txt': 'two\n' }))];
  const names = await Promise.all(
    [first, second].map(({ slug }) => ensureSlugImage(engine, { homeId, runImage, layers: [runtime.slug, slug] })),
  );
  expect(names[0]).not.toBe(names[1]);
  expect(runtime.opened.times).toBe(1);
  const container = await engine.createContainer({
    Image: names[1]!,
    Cmd: ['bash', '-c', 'cat runtime/which word.txt'],
    Tty: true,
    Labels: { [HOME_LABEL]: homeId },
  });
  await container.start();
  await container.wait();
  expect(String(await container.logs({ stdout: true }))).toBe('a runtime\r\ntwo\r\n');
  await container.remove();
});
