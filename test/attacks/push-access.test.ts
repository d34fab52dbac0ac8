// Somebody whose access is taken back while they push or fetch: what is under way goes no further.
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/actions/app/create-app.js';
import { changeUser, revokeToken } from '../../src/actions/people/revoke-access.js';
import { hashToken } from '../../src/lib/seal.js';
import type { App } from '../../src/model/app.js';
import { PUSH_OVER } from '../../src/model/build/build.js';
import { listReleases } from '../../src/store/app/releases.js';
import { findBuild } from '../../src/store/build/builds.js';
import type { Store } from '../../src/store/open-store.js';
import { saveAuthorization } from '../../src/store/people/authorizations.js';
import { ensureUser } from '../../src/store/people/users.js';
import { git, openWeb, startGit, type OpenWeb } from '../integration/hook/open-web.js';

const tokensOf = ({ db }: Store, userId: string) => db.selectFrom('authorizations').selectAll().where('userId', '=', userId).execute();

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web?.stop());

/** A member with an app of theirs, and two ways to take their access back. */
async function aMember(name: string) {
  const { ctx } = web;
  const user = await ensureUser(ctx.store, { email: `${name}@example.com`, name: null, role: 'member' });
  const token = randomBytes(16).toString('hex');
  await saveAuthorization(ctx.store, {
    userId: user.id,
    description: 'laptop',
    scope: ['global'],
    tokenHash: hashToken(token),
    tokenHint: token.slice(-4),
  });
  const app = await createApp(ctx, { user, name });
  const revoke = async () => {
    for (const each of await tokensOf(ctx.store, user.id)) await revokeToken(ctx, each);
  };
  const disable = async () => void (await changeUser(ctx, user, { suspendedAt: new Date() }));
  return { app, token, takeBack: { revoke, disable } };
}

const remote = (app: App, token: string) => `http://x:${token}@127.0.0.1:${web.web.port}/${app.name}.git`;

it.each(['revoke', 'disable'] as const)(
  '%s: a push whose build is under way ends at once, told; nothing is released, no ref moves',
  async (how) => {
    const { app, token, takeBack } = await aMember(`${how}-built`);
    const dir = join(web.dir, 'trees', app.name);
    await mkdir(dir, { recursive: true });
    await git(dir, 'init', '-q', '-b', 'main');
    await git(dir, 'commit', '-q', '--allow-empty', '-m', 'Mine');
    const before = await listReleases(web.ctx.store, app.id);
    const push = startGit(dir, 'push', remote(app, token), 'main');
    const build = await web.takeBuild(app);
    await push.until('Building source');
    const begun = Date.now();
    await takeBack[how]();
    const ended = await push.ended;
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(ended.code).not.toBe(0);
    expect(ended.remote).toContain(` !     ${PUSH_OVER}`);
    await expect.poll(() => findBuild(web.ctx.store, build.id)).toMatchObject({ status: 'failed' });
    expect(await listReleases(web.ctx.store, app.id)).toHaveLength(before.length);
    expect((await git(dir, 'ls-remote', web.remote(app.name))).output).toBe('');
  },
);

it.each(['receive-pack', 'upload-pack'])('what git-%s is still sent is read no further', async (service) => {
  const { app, token, takeBack } = await aMember(`sending-${service}`);
  const path = `/${app.name}.git/git-${service}`;
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': `application/x-git-${service}-request`,
    'transfer-encoding': 'chunked',
  };
  const sent = request({ host: '127.0.0.1', port: web.web.port, method: 'POST', path, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => sent.once('response', resolve).once('error', reject));
  const zeros = '0'.repeat(40);
  const line = service === 'receive-pack' ? `${zeros} ${'1'.repeat(40)} refs/heads/main\0report-status` : `want ${'1'.repeat(40)}\n`;
  // Its end is still to come: git waits for it.
  sent.write(((line.length + 4).toString(16).padStart(4, '0') + line).slice(0, -1));
  await expect.poll(async () => (await tokensOf(web.ctx.store, app.ownerId))[0]?.lastUsedAt ?? null).not.toBeNull();
  await takeBack.revoke();
  const answer = await answered;
  expect(answer.statusCode).toBe(403);
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  expect(text).toBe(`${PUSH_OVER}\n`);
  sent.destroy();
});
