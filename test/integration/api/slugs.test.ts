// Slugs made by the API: described, uploaded, released.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

interface SlugBody {
  id: string;
  checksum: string | null;
  size: number | null;
  blob: { method: string; url: string };
}

let web: OpenWeb;
let admin: Call;
let dir: string;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  await admin('POST', '/apps', { name: 'demo' });
  dir = mkdtempSync(join(tmpdir(), 'slipway-slug-'));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await web.stop();
});

/** An archive made as Heroku's documentation says. */
function anArchive(): Buffer {
  const root = mkdtempSync(join(dir, 'slug-'));
  mkdirSync(join(root, 'app/deep/er'), { recursive: true });
  writeFileSync(join(root, 'app/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(root, 'app/deep/er/big'), randomBytes(1_000_000));
  writeFileSync(join(root, 'outside'), 'not of the app');
  symlinkSync('deep/er/big', join(root, 'app/link'));
  return execFileSync('tar', ['-C', root, '-cz', './app', './outside'], { maxBuffer: 1e8 });
}

async function describeSlug(more: object = {}): Promise<SlugBody> {
  const answer = await admin('POST', '/apps/demo/slugs', { process_types: { web: './run.sh' }, commit: 'abc', ...more });
  expect(answer.status).toBe(201);
  expectHeroku('slug', answer.body);
  return answer.body as SlugBody;
}

const upload = async (slug: SlugBody, archive: Buffer | string) => (await fetch(slug.blob.url, { method: 'PUT', body: archive })).status;
const release = (slug: SlugBody) => admin('POST', '/apps/demo/releases', { slug: slug.id, description: 'By hand' });

describe('a slug', () => {
  it('is described, uploaded and released; its archive becomes what dynos take', async () => {
    const slug = await describeSlug();
    expect(slug).toMatchObject({ blob: { method: 'put' }, checksum: null, size: null });
    expect(await release(slug)).toMatchObject({
      status: 422,
      body: { message: 'The slug has no content: PUT its archive to the blob.url it shows, then release it.' },
    });
    expect(await upload(slug, anArchive())).toBe(201);
    expect(await release(slug)).toMatchObject({ status: 201, body: { description: 'By hand', slug: { id: slug.id } } });

    const made = (await admin('GET', `/apps/demo/slugs/${slug.id}`)).body as SlugBody;
    expectHeroku('slug', made);
    const archive = Buffer.from(await (await fetch(made.blob.url)).arrayBuffer());
    expect(made).toMatchObject({ size: archive.length, checksum: `SHA256:${createHash('sha256').update(archive).digest('hex')}` });
    const row = await web.ctx.store.db.selectFrom('slugs').select('diffId').where('id', '=', slug.id).executeTakeFirst();
    expect(row?.diffId).toBe(createHash('sha256').update(gunzipSync(archive)).digest('hex'));
    writeFileSync(join(dir, 'made.tgz'), archive);
    const listed = execFileSync('tar', ['-tvzf', join(dir, 'made.tgz'), '--numeric-owner'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(listed[0]).toMatch(/^drwxr-xr-x 20000\/20000 .* app\/$/);
    expect(listed.every((line) => / 20000\/20000 /.test(line))).toBe(true);
    expect(listed.map((line) => line.replace(/^.*:\d\d /, '')).toSorted()).toEqual([
      'app/',
      'app/deep/',
      'app/deep/er/',
      'app/deep/er/big',
      'app/link -> deep/er/big',
      'app/run.sh',
    ]);
    expect((await release(slug)).status).toBe(201);
  });

  it('whose checksum is told beforehand is held to it', async () => {
    const archive = anArchive();
    const slug = await describeSlug({ checksum: `SHA256:${createHash('sha256').update(archive).digest('hex')}` });
    expect(await upload(slug, anArchive())).toBe(201);
    expect(await release(slug)).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^The upload's checksum is SHA256:[0-9a-f]{64}, but SHA256:[0-9a-f]{64} was told: PUT/) },
    });
    expect(await upload(slug, archive)).toBe(201);
    expect((await release(slug)).status).toBe(201);
  });

  it.each([
    ['text', () => 'no archive'],
    ['a tar without gzip', () => gunzipSync(anArchive())],
    ['gzip without a tar', () => gzipSync('x'.repeat(2_000))],
    ['an archive cut in half', () => anArchive().subarray(0, 400_000)],
  ])('that is %s is refused in one line', async (_what, archive) => {
    const slug = await describeSlug();
    expect(await upload(slug, archive())).toBe(201);
    const answer = await release(slug);
    expect(answer).toMatchObject({
      status: 422,
      body: {
        id: 'invalid_params',
        message: expect.stringMatching(/^The slug can't be used: its archive must be a gzip'd tar of \.\/app \([^\n]+\)\.$/),
      },
    });
    expect(await upload(slug, anArchive())).toBe(201);
    expect((await release(slug)).status).toBe(201);
  });

  it.each([
    [{ process_types: undefined }, 'process_types: is missing; it must be of type record'],
    [{ process_types: { 'a b': 'x' } }, /is no name of a process type|Invalid key/],
    [{ process_types: { web: 5 } }, /process_types.web/],
    [{ checksum: 'MD5:1' }, 'checksum: must be SHA256: and 64 hex digits'],
    [{ stack: 'nope' }, 'Stack "nope" does not exist. Choose one of: slipway-12, slipway-13.'],
  ])('described as %j is refused', async (more, message) => {
    const answer = await admin('POST', '/apps/demo/slugs', { process_types: { web: 'x' }, ...more });
    expect(answer).toMatchObject({
      status: 422,
      body: { message: typeof message === 'string' ? message : expect.stringMatching(message) },
    });
  });
});

describe('a slug that another app of the same people releases', () => {
  it('is theirs too, outlives its own app, and goes with the last release', async () => {
    for (const name of ['staging', 'production']) await admin('POST', '/apps', { name });
    const slug = (await admin('POST', '/apps/staging/slugs', { process_types: { web: './run.sh' } })).body as SlugBody;
    expect((await admin('GET', `/apps/production/slugs/${slug.id}`)).status).toBe(404);
    await upload(slug, anArchive());
    for (const name of ['staging', 'production'])
      expect((await admin('POST', `/apps/${name}/releases`, { slug: slug.id })).status).toBe(201);
    for (const name of ['staging', 'production'])
      expect(await admin('GET', `/apps/${name}/slugs/${slug.id}`)).toMatchObject({ status: 200, body: { id: slug.id } });

    expect((await admin('DELETE', '/apps/staging')).status).toBe(200);
    const kept = (await admin('GET', `/apps/production/slugs/${slug.id}`)).body as SlugBody;
    expectHeroku('slug', kept);
    expect((await fetch(kept.blob.url)).status).toBe(200);
    expect((await admin('POST', '/apps/production/releases', { slug: slug.id })).status).toBe(201);
    expect((await admin('DELETE', '/apps/production')).status).toBe(200);
    expect(await web.ctx.store.db.selectFrom('slugs').select('id').where('id', '=', slug.id).execute()).toEqual([]);
  });

  it('is released whole or not at all while its app is destroyed', async () => {
    await admin('POST', '/apps', { name: 'target' });
    for (let round = 0; round < 12; round += 1) {
      await admin('POST', '/apps', { name: `origin-${round}` });
      const slug = (await admin('POST', `/apps/origin-${round}/slugs`, { process_types: { web: './run.sh' } })).body as SlugBody;
      await upload(slug, anArchive());
      await admin('POST', `/apps/origin-${round}/releases`, { slug: slug.id });
      const [destroyed, released] = await Promise.all([
        admin('DELETE', `/apps/origin-${round}`),
        admin('POST', '/apps/target/releases', { slug: slug.id }),
      ]);
      expect(destroyed.status).toBe(200);
      expect([201, 404]).toContain(released.status);
      expect((await admin('GET', `/apps/target/slugs/${slug.id}`)).status).toBe(released.status === 201 ? 200 : 404);
    }
  });
});
