// Apps that are connected to a repository: what web makes of a branch that moves, in front of real stores and a real git host.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { createApp } from '../../../src/actions/app/create-app.js';
import type { App } from '../../../src/model/app.js';
import type { User } from '../../../src/model/user.js';
import { readBuildLogin } from '../../../src/store/build/build-logins.js';
import { connectionOfApp } from '../../../src/store/connection/connections.js';
import { HOST_TOKEN, type GitHost } from '../../support/git-host.js';
import { callAs, type Call } from '../api/client.js';
import type { OpenWeb } from '../web/open-web.js';
import { openConnections, type Connections } from './connections.js';

let opened: Connections;
let host: GitHost;
let web: OpenWeb;
let admin: Call;
let user: User;
let { connected, known, pending, commits, look, end, said } = {} as Connections;

beforeAll(async () => {
  opened = await openConnections();
  ({ host, web, admin, user, connected, known, pending, commits, look, end, said } = opened);
});

afterEach(() => void (host.manners = 'good'));

afterAll(() => opened?.stop());

describe('a branch that moves', () => {
  it('is built at its tip, once, as whoever connected it; what was there before is not', async () => {
    const { app, repo } = await connected();
    expect(await pending(app)).toEqual([]);
    const tip = await repo.push({ 'a.txt': 'a' });
    await look(app);
    const [build] = await pending(app);
    expect(build).toMatchObject({ commit: tip, gitRef: 'main', source: repo.url, userId: user.id, origin: 'api' });
    expect(await readBuildLogin(web.ctx.store, build!.id)).toEqual({ name: 'x-access-token', password: HOST_TOKEN });
    await end(build!);
    await look(app);
    expect(await commits(app)).toEqual([tip]);
  });

  it('is built at its newest once a build has ended, whatever came meanwhile', async () => {
    const { app, repo } = await connected();
    const first = await repo.push({ 'a.txt': 'a' });
    await look(app);
    for (const text of ['b', 'c']) {
      await repo.push({ 'a.txt': text });
      await look(app);
    }
    const last = await repo.git('rev-parse', 'HEAD');
    await end((await pending(app))[0]!);
    await expect.poll(async () => (await pending(app)).map(({ commit }) => commit)).toEqual([last]);
    expect(await commits(app)).toEqual([first, last]);
    await end((await pending(app))[0]!);
  });

  it('by force is built where it is now', async () => {
    const { app, repo } = await connected();
    await repo.git('commit', '--quiet', '--amend', '-m', 'Anew');
    const tip = await repo.push({ 'b.txt': 'b' }, { force: true });
    await look(app);
    expect((await pending(app)).map(({ commit }) => commit)).toEqual([tip]);
    await end((await pending(app))[0]!);
  });

  it('of an app that is deployed by hand is left alone', async () => {
    const { app, repo } = await connected({ auto: false });
    const tip = await repo.push({ 'a.txt': 'a' });
    await look(app);
    expect(await pending(app)).toEqual([]);
    expect(await known(app)).toMatchObject({ tip });
    const answer = await admin('POST', `/apps/${app.name}/git-connection/builds`, { ref: repo.commit });
    expect(answer).toMatchObject({ status: 201, body: { git_ref: repo.commit, status: 'pending', source_blob: { url: repo.url } } });
    expect((await admin('POST', `/apps/${app.name}/git-connection/builds`, {})).status).toBe(409);
    await end((await pending(app))[0]!);
    // What it is at when that changes is nothing new.
    const newer = await repo.push({ 'a.txt': 'b' });
    await admin('PATCH', `/apps/${app.name}/git-connection`, { auto: true });
    await expect.poll(() => known(app)).toMatchObject({ tip: newer });
    expect(await pending(app)).toEqual([]);
  });
});

describe("a commit that waits for its host's checks", () => {
  it('is built once they have passed, and not at all when they fail', async () => {
    let status: string | null = null;
    host.api = (req, res) => {
      if (!req.url?.startsWith('/api/v1/')) return false;
      if (status === 'too often') res.writeHead(429, { 'retry-after': '3000' });
      res.end(JSON.stringify({ statuses: status === null ? [] : [{ context: 'ci', status }] }));
      return true;
    };
    const { app, repo } = await connected({ host: 'gitea', wait_for_ci: true });
    const tip = await repo.push({ 'a.txt': 'a' });
    for (const each of [null, 'pending']) {
      status = each;
      await look(app);
      await expect.poll(() => known(app)).toMatchObject({ waitingFor: tip, tip: repo.commit });
      expect(await pending(app)).toEqual([]);
    }
    status = 'too often';
    await look(app);
    const nextMs = async () =>
      (
        await sql<{ ms: number }>`select extract(epoch from look_at - now())::float8 * 1000 as ms
      from git_connections where app_id = ${app.id}`.execute(web.ctx.store.db)
      ).rows[0]!.ms;
    await expect.poll(nextMs).toBeGreaterThan(2_000_000);
    status = 'success';
    await look(app);
    expect((await pending(app)).map(({ commit }) => commit)).toEqual([tip]);
    expect(await known(app)).toMatchObject({ waitingFor: null, tip });
    await end((await pending(app))[0]!);
    status = 'failure';
    const broken = await repo.push({ 'a.txt': 'b' });
    await look(app);
    expect(await pending(app)).toEqual([]);
    expect(await known(app)).toMatchObject({ waitingFor: null, tip: broken });
    expect(await said(app)).toContain(
      `${broken.slice(0, 8)} of main isn't deployed: the checks of its host have failed. By hand: paas git:deploy`,
    );
    host.api = null;
  });

  it('needs a host that tells of them', async () => {
    const app = await createApp(web.ctx, { user });
    const wish = { url: 'https://git.example.com/me/app.git', wait_for_ci: true };
    const answer = await admin('PUT', `/apps/${app.name}/git-connection`, wish);
    expect(answer).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^wait_for_ci: hosts of the kind other/) as string },
    });
  });
});

describe('the state of a build', () => {
  it('is told at its commit, when it begins and when it has ended, as often as it takes', async () => {
    const heard: { path: string; authorization: string; body: Record<string, string> }[] = [];
    const refusals = [503, 429];
    host.api = (req, res) => {
      if (!req.url?.startsWith('/api/v1/')) return false;
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const refusal = refusals.shift();
        if (refusal) return void res.writeHead(refusal, { 'retry-after': '0' }).end();
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
        heard.push({ path: req.url!, authorization: String(req.headers.authorization), body });
        res.writeHead(201).end('{}');
      });
      return true;
    };
    const { app, repo } = await connected({ host: 'gitea' });
    const tip = await repo.push({ 'a.txt': 'a' });
    await look(app);
    await expect.poll(() => heard.map(({ body }) => body['state']), { timeout: 15_000 }).toEqual(['pending']);
    await end((await pending(app))[0]!);
    await expect.poll(() => heard.map(({ body }) => body['state']), { timeout: 15_000 }).toEqual(['pending', 'failure']);
    const path = `/api/v1/repos${new URL(repo.url).pathname.replace('.git', '')}/statuses/${tip}`;
    expect(heard[1]).toMatchObject({
      path,
      authorization: `token ${HOST_TOKEN}`,
      body: { context: `slipway/${app.name}`, description: 'Enough.', target_url: `http://${app.name}.localhost:8080/` },
    });
    expect(await known(app)).toMatchObject({ statusFailure: null });
    host.api = null;
  });

  it('that is not taken is said, with what to do', async () => {
    host.api = (req, res) => (req.url?.startsWith('/api/v1/') ? (res.writeHead(403).end(), true) : false);
    const { app, repo } = await connected({ host: 'gitea' });
    await repo.push({ 'a.txt': 'a' });
    await look(app);
    await expect
      .poll(async () => (await known(app))!.statusFailure)
      .toBe(
        `${host.url}/api/v1 answered 403. Give a token that may write commit statuses (write:repository): ` +
          'paas git:connect URL --branch main --token-stdin',
      );
    await end((await pending(app))[0]!);
    host.api = null;
  });
});

describe('what can not be read is told, with what to do', () => {
  it('a branch that was deleted; what is deployed goes on', async () => {
    const { app, repo } = await connected();
    await repo.git('push', '-q', 'origin', 'HEAD:refs/heads/kept', ':main');
    await look(app);
    const failure = 'it has no branch main (any more); what is deployed goes on. Push the branch, or connect another.';
    await expect.poll(() => known(app)).toMatchObject({ failure, failures: 1 });
    expect(await said(app)).toContain(`main of ${repo.url} can't be deployed: ${failure}`);
    await admin('PATCH', `/apps/${app.name}/git-connection`, { branch: 'kept' });
    await expect.poll(() => known(app)).toMatchObject({ branch: 'kept', failure: null, failures: 0, tip: repo.commit });
    expect(await pending(app)).toEqual([]);
  });

  it('a token that is good no more, until there is another', async () => {
    const { app, repo } = await connected();
    await admin('PATCH', `/apps/${app.name}/git-connection`, { token: 'expired' });
    await expect
      .poll(async () => (await known(app))!.failure)
      .toBe(
        'its server refuses the name and password, or token. Look at its URL, or give a token that may read it: ' +
          'paas git:connect URL --branch main --token-stdin',
      );
    const tip = await repo.push({ 'a.txt': 'a' });
    await admin('PATCH', `/apps/${app.name}/git-connection`, { token: HOST_TOKEN });
    await expect.poll(async () => (await pending(app)).map(({ commit }) => commit)).toEqual([tip]);
    await end((await pending(app))[0]!);
  });

  it('a host that is broken is asked later and later', async () => {
    const { app } = await connected();
    host.manners = 'broken';
    await look(app);
    await look(app);
    expect(await known(app)).toMatchObject({ failures: 2, failure: expect.stringContaining('error: 500') as string });
    host.manners = 'good';
    await look(app);
    expect(await known(app)).toMatchObject({ failures: 0, failure: null });
  });
});

describe('hosts that say nothing', () => {
  it("of one user's delay nobody else's, and are asked again at once by a platform that comes back", async () => {
    let isSilent = true;
    const waiting = new Set<string>();
    host.api = (req) => {
      const isAsked = isSilent && req.url!.startsWith('/silent/');
      if (isAsked) waiting.add(req.url!);
      return isAsked;
    };
    const { access_token: made } = (await admin('POST', '/users', { email: 'jane@example.com' })).body as {
      access_token: { token: string };
    };
    const jane = callAs(() => web.url, made.token);
    const apps: string[] = [];
    for (const name of ['silent-a', 'silent-b', 'silent-c', 'silent-d']) {
      apps.push(((await jane('POST', '/apps', { name })).body as App).id);
      await jane('PUT', `/apps/${name}/git-connection`, { url: `${host.url}/silent/${name}.git`, auto: true });
    }
    await expect.poll(() => waiting.size).toBe(2);
    await connected();
    expect(waiting.size).toBe(2);
    isSilent = false;
    await web.restart();
    const failures = async () => (await Promise.all(apps.map((id) => connectionOfApp(web.ctx.store, id)))).map((each) => each!.failures);
    await expect.poll(failures).toEqual([1, 1, 1, 1]);
    host.api = null;
  });
});

describe('a connection', () => {
  it('keeps its token sealed, and shows it to nobody', async () => {
    const { app } = await connected();
    const answer = (await admin('GET', `/apps/${app.name}/git-connection`)).body;
    const stored = await opened.stored(app);
    expect(stored).toContain('loginSealed');
    expect(`${stored}${JSON.stringify(answer)}`).not.toContain('s3cret');
  });

  it('ends, and its app with nothing of it', async () => {
    const { app, repo } = await connected();
    expect(await admin('DELETE', `/apps/${app.name}/git-connection`)).toMatchObject({ status: 200, body: { url: repo.url } });
    for (const method of ['GET', 'DELETE'])
      expect(await admin(method, `/apps/${app.name}/git-connection`)).toMatchObject({
        status: 404,
        body: { message: `${app.name} is connected to no repository. Connect one: paas git:connect URL --app ${app.name}` },
      });
  });

  it('is left when its app gets another owner: what opens the repository was not theirs', async () => {
    const { app, repo } = await connected();
    const heir = (await admin('POST', '/users', { email: 'heir@example.com' })).body as { access_token: { token: string } };
    await admin('POST', '/account/app-transfers', { app: app.name, recipient: 'heir@example.com' });
    const theirs = await callAs(() => web.url, heir.access_token.token)('POST', `/apps/${app.name}/git-connection/builds`, {});
    expect(theirs).toMatchObject({ status: 404, body: { message: expect.stringContaining('is connected to no repository') as string } });
    expect(await said(app)).toContain(
      `Disconnected from ${repo.url}: it was connected for the owner before. Connect it again: paas git:connect URL`,
    );
  });

  it('that two make at once is that of one of them', async () => {
    const app = await createApp(web.ctx, { user });
    const wish = { url: 'https://git.example.com/me/app.git' };
    const made = await Promise.all([1, 2, 3, 4].map(() => admin('PUT', `/apps/${app.name}/git-connection`, wish)));
    expect(made.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it.each([
    [{ url: 'git@example.com:' }, 'url: must be the http or https URL of a git repository'],
    [{ url: 'ssh://git@example.com' }, 'url: must be like ssh://git@example.com/me/app.git'],
    [{ url: 'https://example.com/a.git', branch: 'a..b' }, 'branch: must be the name of a branch or tag, or a commit'],
    [{ url: 'https://example.com/a.git', host: 'sourceforge' }, 'host: '],
  ])('%j is refused', async (wish, why) => {
    const app = await createApp(web.ctx, { user });
    const answer = await admin('PUT', `/apps/${app.name}/git-connection`, wish);
    expect(answer.status).toBe(422);
    expect((answer.body as { message: string }).message).toContain(why);
  });
});
