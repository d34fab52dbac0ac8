// Apps that are connected to a repository by ssh: OpenSSH's own server, and the API of its host where that is to be given the key.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import type { App } from '../../../src/model/app.js';
import type { HostedRepository } from '../../support/git-host.js';
import { until } from '../../support/until.js';
import { startSshd, type Sshd } from '../../support/sshd.js';
import { openConnections, type Connections } from './connections.js';

interface Shown {
  deploy_key: { public_key: string; added_at: string | null; failure: string | null };
  host_keys: string[];
  failure: string | null;
}

let opened: Connections;
let sshd: Sshd;
let repo: HostedRepository;
let url: string;

beforeAll(async () => {
  [opened, sshd] = await Promise.all([openConnections(), startSshd()]);
  repo = await opened.host.repository('by-ssh', { Procfile: 'web: true\n' });
  url = sshd.url + (await repo.git('remote', 'get-url', 'origin'));
});

beforeEach(() => {
  sshd.allow();
  opened.host.api = null;
});

afterAll(async () => {
  await Promise.all([opened?.stop(), sshd?.stop()]);
});

const path = (app: App) => `/apps/${app.name}/git-connection`;
const shown = async (app: App) => (await opened.admin('GET', path(app))).body as Shown;

async function connect(app: App, wish: object = {}): Promise<Shown> {
  const answer = await opened.admin('PUT', path(app), { url, auto: true, ...wish });
  expect(answer).toMatchObject({ status: 200, body: { deploy_key: { public_key: expect.stringMatching(/^ssh-ed25519 AAAA/) as string } } });
  return answer.body as Shown;
}

it('a key is made, shown, and good once it was added by hand; each new commit is built', async () => {
  const app = await createApp(opened.web.ctx, { user: opened.user });
  const { deploy_key: key } = await connect(app);
  expect(key).toEqual({ public_key: expect.stringContaining(` slipway-${app.name}`) as string, added_at: null, failure: null });
  await until(async () => (await shown(app)).failure).toBe(
    'its host does not take the deploy key. Look at its URL, and add the deploy key at its host, to read only: paas git:info shows it',
  );
  sshd.allow(key.public_key);
  await opened.look(app);
  await until(() => opened.known(app)).toMatchObject({ tip: repo.commit, failure: null });
  const tip = await repo.push({ 'a.txt': 'a' });
  await opened.look(app);
  const [build] = await opened.pending(app);
  expect(build).toMatchObject({ commit: tip, source: url });
  await opened.end(build!);
});

it('what the host shows at first contact is said and kept; another key is refused until the app is connected anew, by the same key', async () => {
  const app = await createApp(opened.web.ctx, { user: opened.user });
  const { deploy_key: key } = await connect(app);
  sshd.allow(key.public_key);
  await until(() => opened.known(app)).toMatchObject({ lookedAt: expect.any(Date) as Date });
  await until(async () => (await shown(app)).host_keys).toEqual([sshd.fingerprint()]);
  expect(await opened.said(app)).toContain(`shows the host key ${sshd.fingerprint()}: no other is believed from now on`);
  await sshd.changeHostKey();
  await opened.look(app);
  await until(async () => (await shown(app)).failure).toMatch(/^its host shows another key than at first/);
  const anew = await connect(app);
  expect(anew.deploy_key.public_key).toBe(key.public_key);
  await until(async () => (await shown(app)).host_keys).toEqual([sshd.fingerprint()]);
  await until(() => opened.known(app)).toMatchObject({ failure: null });
});

it('a token that may gives it to the host, and opens nothing else', async () => {
  const heard: { path: string; body: { title: string; key: string; read_only: boolean } }[] = [];
  playKeys((to, body) => {
    heard.push({ path: to, body: body as never });
    sshd.allow((body as { key: string }).key);
    return 201;
  });
  const app = await createApp(opened.web.ctx, { user: opened.user });
  const { deploy_key: key } = await connect(app, { host: 'gitea', api_url: `${opened.host.url}/api/v1`, token: 'for keys' });
  await until(() => opened.known(app)).toMatchObject({ failure: null, tip: expect.any(String) as string });
  expect(heard).toEqual([
    {
      path: `/api/v1/repos${new URL(url).pathname.replace('.git', '')}/keys`,
      body: { title: `Slipway: ${app.name}`, key: key.public_key, read_only: true },
    },
  ]);
  expect((await shown(app)).deploy_key.added_at).toEqual(expect.any(String));
});

it('a token that may not is said, with what to do', async () => {
  playKeys(() => 403);
  const app = await createApp(opened.web.ctx, { user: opened.user });
  await connect(app, { host: 'gitea', api_url: `${opened.host.url}/api/v1`, token: 'for nothing' });
  await until(async () => (await shown(app)).deploy_key.failure).toBe(
    `${opened.host.url}/api/v1 answered 403. Give a token that may add deploy keys (write:repository, as an administrator of it), ` +
      'or add the key there by hand: paas git:info shows it',
  );
});

it('the private half is sealed, and shown to nobody', async () => {
  const app = await createApp(opened.web.ctx, { user: opened.user });
  const answer = await connect(app);
  const stored = await opened.stored(app);
  expect(stored).toContain('deployKeySealed');
  expect(`${stored}${JSON.stringify(answer)}`).not.toMatch(/PRIVATE KEY/);
});

/** Plays the host's API of keys. */
function playKeys(take: (path: string, body: unknown) => number): void {
  opened.host.api = (req: IncomingMessage, res: ServerResponse) => {
    if (!req.url?.endsWith('/keys')) return false;
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => res.writeHead(take(req.url!, JSON.parse(Buffer.concat(chunks).toString()))).end('{}'));
    return true;
  };
}
