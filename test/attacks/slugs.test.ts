// What a member may try to get at another's code by its digest, or to take it away: each step, and what it got.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blobUrl } from '../../src/model/build/blob-url.js';
import { insertSlug, findSlug } from '../../src/store/build/slugs.js';
import { findApp } from '../../src/store/app/apps.js';
import { sweepBlobs } from '../../src/chores/sweep-blobs.js';
import { callAs, type Call } from '../integration/api/client.js';
import { openWeb, type OpenWeb } from '../integration/web/open-web.js';

interface SlugBody {
  id: string;
  checksum: string | null;
  blob: { method: string; url: string };
}

let web: OpenWeb;
let dir: string;
let victim: Call;
let attacker: Call;
/** The victim's slug, as a build of theirs left it. */
let theirs: { id: string; digest: string };
let count = 0;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const fileOf = (blob: string) => join(web.home, 'blobs', blob);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-attack-'));
  web = await openWeb();
  const admin = callAs(() => web.url, web.adminToken);
  const newcomer = async (email: string) => {
    const made = (await admin('POST', '/users', { email })).body as { access_token: { token: string } };
    return callAs(() => web.url, made.access_token.token);
  };
  victim = await newcomer('victim@example.com');
  attacker = await newcomer('attacker@example.com');
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await web.stop();
});

beforeEach(async () => {
  count += 1;
  expect((await victim('POST', '/apps', { name: `shop-${count}` })).status).toBe(201);
  expect((await attacker('POST', '/apps', { name: `evil-${count}` })).status).toBe(201);
  const archive = anArchive(`secret ${count}`);
  const digest = sha256(archive);
  const stored = await fetch(
    blobUrl({ base: web.url, key: web.ctx.store.key, method: 'PUT', blob: `slugs/${digest}`, now: Date.now(), ttlS: 60 }),
    { method: 'PUT', body: archive },
  );
  expect(stored.status).toBe(201);
  const app = (await findApp(web.ctx.store, `shop-${count}`))!;
  const about = { stack: app.stack, commit: null, commitDescription: null, buildpackProvidedDescription: null, processTypes: { web: 'x' } };
  theirs = await insertSlug(web.ctx.store, { appId: app.id, digest, diffId: sha256(Buffer.from(digest)), size: archive.length, ...about });
  expect((await victim('POST', `/apps/shop-${count}/releases`, { slug: theirs.id })).status).toBe(201);
});

function anArchive(text: string): Buffer {
  const root = mkdtempSync(join(dir, 'slug-'));
  mkdirSync(join(root, 'app'));
  writeFileSync(join(root, 'app/secret'), text);
  return execFileSync('tar', ['-C', root, '-cz', './app']);
}

async function describeSlug(more: object): Promise<SlugBody> {
  const answer = await attacker('POST', `/apps/evil-${count}/slugs`, { process_types: { web: 'cat secret' }, ...more });
  expect(answer.status).toBe(201);
  return answer.body as SlugBody;
}

describe("another's slug", () => {
  it('is not had by its checksum: nothing was uploaded', async () => {
    const slug = await describeSlug({ checksum: `SHA256:${theirs.digest}` });
    expect(slug.blob).toMatchObject({ method: 'put', url: expect.stringContaining(`/blobs/uploads/${slug.id}?`) });
    expect(await attacker('POST', `/apps/evil-${count}/releases`, { slug: slug.id })).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^The slug has no content/) },
    });
    expect((await fetch(slug.blob.url)).status).toBe(403);
    expect(existsSync(fileOf(`slugs/${theirs.digest}`))).toBe(true);
  });

  it('is not had by its id', async () => {
    expect((await attacker('POST', `/apps/evil-${count}/releases`, { slug: theirs.id })).status).toBe(404);
    expect((await attacker('GET', `/apps/evil-${count}/slugs/${theirs.id}`)).status).toBe(404);
  });

  it('stays when the same bytes are uploaded and released elsewhere, and that app is destroyed', async () => {
    const bytes = readFileSync(fileOf(`slugs/${theirs.digest}`));
    const slug = await describeSlug({ checksum: `SHA256:${theirs.digest}` });
    expect((await fetch(slug.blob.url, { method: 'PUT', body: bytes })).status).toBe(201);
    expect((await attacker('POST', `/apps/evil-${count}/releases`, { slug: slug.id })).status).toBe(201);
    expect((await attacker('DELETE', `/apps/evil-${count}`)).status).toBe(200);
    await sweepLongAfter();
    expect(readFileSync(fileOf(`slugs/${theirs.digest}`)).equals(bytes)).toBe(true);
  });

  it('is not kept by being named: it goes with its last app', async () => {
    await describeSlug({ checksum: `SHA256:${theirs.digest}` });
    await victim('DELETE', `/apps/shop-${count}`);
    await sweepLongAfter();
    expect(existsSync(fileOf(`slugs/${theirs.digest}`))).toBe(false);
  });

  it("can't be replaced: an upload for one thing is no upload for another", async () => {
    const slug = await describeSlug({});
    const forged = slug.blob.url.replace(/uploads\/[^?]*/, `slugs/${theirs.digest}`);
    expect((await fetch(forged, { method: 'PUT', body: 'evil' })).status).toBe(403);
    expect(readFileSync(fileOf(`slugs/${theirs.digest}`)).length).toBeGreaterThan(10);
  });
});

describe('an upload', () => {
  it('is held to its checksum when it is released', async () => {
    const slug = await describeSlug({ checksum: `SHA256:${'0'.repeat(64)}` });
    const archive = anArchive('mine');
    expect((await fetch(slug.blob.url, { method: 'PUT', body: archive })).status).toBe(201);
    const answer = await attacker('POST', `/apps/evil-${count}/releases`, { slug: slug.id });
    expect(answer).toMatchObject({
      status: 422,
      body: { id: 'invalid_params', message: expect.stringContaining(`SHA256:${sha256(archive)}`) },
    });
    expect((await findSlug(web.ctx.store, slug.id))?.diffId).toBe('');
  });

  it('that unpacks to a thousand times its size is refused, and nothing of it is kept', async () => {
    const slug = await describeSlug({});
    const root = mkdtempSync(join(dir, 'bomb-'));
    mkdirSync(join(root, 'app'));
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(root, 'app', name), Buffer.alloc(10 * 1024 * 1024));
    const bomb = execFileSync('tar', ['-C', root, '-cz', './app']);
    expect(bomb.length).toBeLessThan(100_000);
    await fetch(slug.blob.url, { method: 'PUT', body: bomb });
    const answer = await attacker('POST', `/apps/evil-${count}/releases`, { slug: slug.id });
    expect(answer).toMatchObject({ status: 422, body: { message: "The slug can't be used: unpacked it has more than 32 MB." } });
    expect(existsSync(fileOf('partial')) ? readdirSync(fileOf('partial')) : []).toEqual([]);
  });

  it('released twice at once is one slug, both times', async () => {
    const slug = await describeSlug({});
    await fetch(slug.blob.url, { method: 'PUT', body: anArchive('mine') });
    const release = () => attacker('POST', `/apps/evil-${count}/releases`, { slug: slug.id });
    const answers = await Promise.all([release(), release(), release()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const made = await findSlug(web.ctx.store, slug.id);
    expect(existsSync(fileOf(`slugs/${made!.digest}`))).toBe(true);
    expect(existsSync(fileOf(`uploads/${slug.id}`))).toBe(false);
  });

  it('that nobody releases goes after a day', async () => {
    const slug = await describeSlug({});
    await fetch(slug.blob.url, { method: 'PUT', body: anArchive('mine') });
    await sweepBlobs(web.ctx, { dir: fileOf(''), maxBytes: 1 }, Date.now() + 82_800_000);
    expect(existsSync(fileOf(`uploads/${slug.id}`))).toBe(true);
    await sweepBlobs(web.ctx, { dir: fileOf(''), maxBytes: 1 }, Date.now() + 90_000_000);
    expect(existsSync(fileOf(`uploads/${slug.id}`))).toBe(false);
  });
});

describe('a layer that is swept', () => {
  it('stays for whoever has just asked for it, and may name it in a slug', async () => {
    await victim('DELETE', `/apps/shop-${count}`);
    const long = new Date(Date.now() - 7_200_000);
    utimesSync(fileOf(`slugs/${theirs.digest}`), long, long);
    const url = blobUrl({
      base: web.url,
      key: web.ctx.store.key,
      method: 'GET',
      blob: `slugs/${theirs.digest}`,
      now: Date.now(),
      ttlS: 60,
    });
    expect((await (await fetch(url)).arrayBuffer()).byteLength).toBeGreaterThan(10);
    await sweepBlobs(web.ctx, { dir: fileOf(''), maxBytes: 1 }, Date.now());
    expect(existsSync(fileOf(`slugs/${theirs.digest}`))).toBe(true);
  });

  it('comes back when its removal was cut off', async () => {
    const file = fileOf(`slugs/${theirs.digest}`);
    execFileSync('mv', [file, `${file}.going`]);
    await sweepBlobs(web.ctx, { dir: fileOf(''), maxBytes: 1 }, Date.now());
    expect(existsSync(file)).toBe(true);
    expect(existsSync(`${file}.going`)).toBe(false);
  });
});

async function sweepLongAfter(): Promise<void> {
  await sweepBlobs(web.ctx, { dir: fileOf(''), maxBytes: 1 }, Date.now() + 7_200_000);
}
