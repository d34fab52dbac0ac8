// Blobs: whole or not at all, for whoever holds a signed URL.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { endBuild } from '../../../src/actions/build/end-build.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { blobUrl, type BlobMethod } from '../../../src/model/build/blob-url.js';
import { findUser } from '../../../src/store/people/users.js';
import { sweepBlobs } from '../../../src/chores/sweep-blobs.js';
import { aSlug } from '../api/a-deployed-app.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from './open-web.js';

let web: OpenWeb;
beforeAll(async () => void (web = await openWeb()));
afterAll(() => web.stop());

const sign = (method: BlobMethod, blob: string, ttlS = 60) =>
  blobUrl({ base: web.url, key: web.ctx.store.key, method, blob, now: Date.now(), ttlS });
const put = (blob: string, body: string | Buffer) => fetch(sign('PUT', blob), { method: 'PUT', body });
const get = (blob: string) => fetch(sign('GET', blob));
const fileOf = (blob: string) => join(web.home, 'blobs', blob);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const partials = () => (existsSync(fileOf('partial')) ? readdirSync(fileOf('partial')) : []);

describe('a blob', () => {
  it('is given back as it was', async () => {
    const blob = `sources/${randomUUID()}`;
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    const sent = await put(blob, body);
    expect(sent.status).toBe(201);
    expect(await sent.json()).toEqual({ size: 3_000_000 });
    const back = await get(blob);
    expect(back.headers.get('content-length')).toBe('3000000');
    expect(Buffer.from(await back.arrayBuffer()).equals(body)).toBe(true);
  });

  it('may be put again', async () => {
    const blob = `slugs/${sha256('slug')}`;
    expect((await put(blob, 'slug')).status).toBe(201);
    expect((await put(blob, 'slug')).status).toBe(201);
    expect(await (await get(blob)).text()).toBe('slug');
  });

  it('named by a digest must have it', async () => {
    const blob = `slugs/${sha256('slug two')}`;
    const answer = await put(blob, 'another slug');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ id: 'invalid_params' });
    expect((await get(blob)).status).toBe(404);
    expect(partials()).toEqual([]);
  });

  it.each([true, false])('that is too large is refused (its size announced: %s)', async (isAnnounced) => {
    const blob = `sources/${randomUUID()}`;
    const body = Buffer.alloc(9 * 1024 * 1024);
    const answer = isAnnounced
      ? await put(blob, body)
      : await fetch(sign('PUT', blob), { method: 'PUT', body: new Blob([body]).stream(), duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({ id: 'too_large', message: 'This platform takes uploads of up to 8 MB.' });
    expect(existsSync(fileOf(blob))).toBe(false);
    expect(partials()).toEqual([]);
  });

  it('whose sender leaves is not there', async () => {
    const blob = `sources/${randomUUID()}`;
    const req = request(sign('PUT', blob), { method: 'PUT', headers: { 'content-length': 1_000_000 } });
    req.on('error', () => undefined);
    req.write(Buffer.alloc(100_000));
    await expect.poll(partials).toHaveLength(1);
    req.destroy();
    await expect.poll(partials).toHaveLength(0);
    expect(existsSync(fileOf(blob))).toBe(false);
  });

  it.each([
    ['no signature', (blob: string) => `${web.url}/blobs/${blob}`],
    ['an expired one', (blob: string) => sign('GET', blob, -10)],
    ['that for writing', (blob: string) => sign('PUT', blob)],
    ['that of another', () => sign('GET', `sources/${randomUUID()}`)],
    ['a later expiry', (blob: string) => sign('GET', blob).replace(/expires=\d+/, 'expires=99999999999')],
  ])('is not given for %s', async (_what, url) => {
    const blob = `sources/${randomUUID()}`;
    await put(blob, 'x');
    const other = url(blob).replace(/blobs\/[^?]*/, `blobs/${blob}`);
    expect((await fetch(other)).status).toBe(403);
    expect((await fetch(other, { method: 'PUT', body: 'evil' })).status).toBe(url(blob) === sign('PUT', blob) ? 201 : 403);
  });

  it.each(['sources/..', 'sources/%2e%2e', 'etc/passwd', 'partial/x', 'sources/a%2fb', 'sources/a%00'])('cannot be %s', async (blob) => {
    expect((await fetch(sign('GET', blob))).status).toBeGreaterThanOrEqual(400);
    expect((await fetch(sign('PUT', blob), { method: 'PUT', body: 'x' })).status).toBeGreaterThanOrEqual(400);
    expect(readdirSync(web.home).toSorted()).toEqual(['admin.token', 'blobs', 'hooks', 'repos', 'run']);
  });
});

describe('a blob nobody needs any more', () => {
  it("is removed: a pushed source when its build ends, another's after two hours", async () => {
    const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
    const [pushed, sent] = [`sources/${randomUUID()}`, `sources/${randomUUID()}`];
    for (const [blob, origin] of [
      [pushed, 'git'],
      [sent, 'api'],
    ] as const) {
      await put(blob, 'source');
      const app = await createApp(web.ctx, { user, name: `blob-${origin}` });
      const build = await startBuild(web.ctx, { app, user, origin, source: sign('GET', blob), commit: null, description: null });
      await sweepBlobs(web.ctx, { dir: join(web.home, 'blobs'), maxBytes: 1 }, Date.now() + 86_400_000);
      expect((await get(blob)).status).toBe(200);
      await endBuild(web.ctx, build, { status: 'failed', failure: 'x' });
    }
    await expect.poll(async () => (await get(pushed)).status).toBe(404);
    expect((await get(sent)).status).toBe(200);
    await sweepBlobs(web.ctx, { dir: join(web.home, 'blobs'), maxBytes: 1 }, Date.now() + 7_300_000);
    expect((await get(sent)).status).toBe(404);
  });

  it('is removed: a slug that no app has, an upload that was cut off', async () => {
    const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
    const app = await createApp(web.ctx, { user, name: 'slugs' });
    await put(`slugs/${sha256('mine')}`, 'mine');
    await put(`slugs/${sha256('nobody')}`, 'nobody');
    await aSlug(web.ctx, app, { digest: sha256('mine') });
    writeFileSync(fileOf('partial/left'), 'x');
    const long = new Date(Date.now() - 7_200_000);
    for (const each of [`slugs/${sha256('mine')}`, `slugs/${sha256('nobody')}`, 'partial/left']) utimesSync(fileOf(each), long, long);
    await sweepBlobs(web.ctx, { dir: join(web.home, 'blobs'), maxBytes: 1 }, Date.now());
    expect((await get(`slugs/${sha256('mine')}`)).status).toBe(200);
    expect((await get(`slugs/${sha256('nobody')}`)).status).toBe(404);
    expect(partials()).toEqual([]);
  });
});
