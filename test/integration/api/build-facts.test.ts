// What builds are told and what they learn, through the API: checksums, submodules, reports; and the purge of their cache.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { cancelBuild } from '../../../src/actions/build/cancel-build.js';
import type { Build } from '../../../src/model/build/build.js';
import type { User } from '../../../src/model/user.js';
import { readCacheEpoch } from '../../../src/store/app/apps.js';
import { readBuildLogin } from '../../../src/store/build/build-logins.js';
import { findBuild, saveReports } from '../../../src/store/build/builds.js';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

let web: OpenWeb;
let admin: Call;
let user: User;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
});
afterAll(() => web.stop());

const CHECKSUM = `SHA256:${'ab'.repeat(32)}`;

async function post(source: object): Promise<{ status: number; body: { id: string; message: string; source_blob: object } }> {
  const app = await createApp(web.ctx, { user });
  const answer = await admin('POST', `/apps/${app.name}/builds`, { source_blob: { url: 'http://127.0.0.1:1/x.tgz', ...source } });
  return answer as unknown as Awaited<ReturnType<typeof post>>;
}

describe('a build', () => {
  it('keeps the checksum of its source, and shows it', async () => {
    const { status, body } = await post({ checksum: CHECKSUM });
    expect(status).toBe(201);
    expectHeroku('build', body);
    expect(body.source_blob).toMatchObject({ checksum: CHECKSUM });
    expect((await findBuild(web.ctx.store, body.id))?.checksum).toBe(CHECKSUM);
  });

  it.each(['MD5:abc', 'ab'.repeat(32), `SHA256:${'x'.repeat(64)}`])('with the checksum %j is refused', async (checksum) => {
    const { status, body } = await post({ checksum });
    expect(status).toBe(422);
    expect(body.message).toContain('source_blob.checksum: must be SHA256: and 64 hexadecimal digits');
  });

  it('of an archive has no submodules, whatever is said', async () => {
    const { body } = await post({ submodules: [{ path: 'lib', url: 'http://127.0.0.1:1/lib.git', commit: 'a'.repeat(40) }] });
    expect((await findBuild(web.ctx.store, body.id))?.submodules).toEqual([]);
  });

  it('of a repository keeps what opens it sealed, and shows it to nobody', async () => {
    const { status, body } = await post({ url: 'https://me:s3cret@git.example.com/me/app.git', git_ref: 'feature/two' });
    expect(status).toBe(201);
    expectHeroku('build', body);
    expect(body).toMatchObject({ git_ref: 'feature/two', source_blob: { url: 'https://git.example.com/me/app.git', version: null } });
    const build = (await findBuild(web.ctx.store, body.id))!;
    expect(JSON.stringify(build)).not.toContain('s3cret');
    expect(await readBuildLogin(web.ctx.store, build.id)).toEqual({ name: 'me', password: 's3cret' });
    await cancelBuild(web.ctx, build, 'Enough.');
    expect(await readBuildLogin(web.ctx.store, build.id)).toBe(null);
  });

  it.each([
    [{ git_ref: '-x' }, 'source_blob.git_ref: must be the name of a branch or tag, or a commit'],
    [{ git_ref: 7 }, 'source_blob.git_ref: '],
    [{ git_ref: 'main', url: 'git@example.com:me/app.git' }, 'source_blob.url: must be the http or https URL of a git repository'],
    [{ git_ref: 'main', checksum: CHECKSUM }, 'source_blob.checksum: is of an archive'],
  ])('of the repository %j is refused', async (source, why) => {
    const { status, body } = await post(source);
    expect(status).toBe(422);
    expect(body.message).toContain(why);
  });

  it('shows what its buildpacks reported', async () => {
    const { body } = await post({});
    const build = (await findBuild(web.ctx.store, body.id)) as Build;
    const reports = [
      { buildpack: 'Node.js', report: { node_version: '24.1.0', tookMs: 7 } },
      { buildpack: 'Words', report: 'as they came' },
    ];
    await saveReports(web.ctx.store, build.id, reports);
    await cancelBuild(web.ctx, build, 'Enough.');
    const shown = (await admin('GET', `/apps/${build.appId}/builds/${build.id}`)).body;
    expectHeroku('build', shown);
    expect(shown).toMatchObject({ status: 'failed', buildpack_reports: reports });
  });
});

describe('DELETE /apps/:app/build-cache', () => {
  it('makes the cache void and tells the builders', async () => {
    const app = await createApp(web.ctx, { user });
    const heard: string[] = [];
    await web.ctx.bus.subscribe('cache-purged', ({ appId }) => void heard.push(appId));
    expect(await admin('DELETE', `/apps/${app.name}/build-cache`)).toMatchObject({ status: 202, body: {} });
    expect(await readCacheEpoch(web.ctx.store, app.id)).toBe(1);
    await expect.poll(() => heard).toEqual([app.id]);
    expect((await admin('DELETE', '/apps/no-such-app/build-cache')).status).toBe(404);
  });
});
