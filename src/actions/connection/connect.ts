// An app is connected to a branch of a repository elsewhere, or isn't any more.
import { randomBytes } from 'node:crypto';
import type { App } from '../../model/app.js';
import { apiUrlOf, hostKindOf, loginOfToken, type GitConnection, type HostKind } from '../../model/connection/connection.js';
import { repositoryApi } from '../../model/connection/host-api.js';
import { makeSshKey, type SshKeyPair } from '../../lib/net/ssh-key.js';
import { asRef, splitLogin, splitRepository } from '../../model/git/remote-url.js';
import { apiLine } from '../../model/logs/log-line.js';
import { PlatformError } from '../../model/errors.js';
import type { User } from '../../model/user.js';
import { findApp, lockApp } from '../../store/app/apps.js';
import { sshServer } from '../../model/git/ssh-url.js';
import { changeConnection, connectionOfApp, deleteConnection, readDeployKey, saveConnection } from '../../store/connection/connections.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { writeMessage } from '../../store/outbox/outbox.js';
import type { Context } from '../context.js';

export interface WantedConnection {
  url: string;
  branch: string;
  auto: boolean;
  waitForCi: boolean;
  host?: HostKind | undefined;
  apiUrl?: string | undefined;
  token?: string | null | undefined;
}

/** Connects the app, in place of what it was connected to; returns the secret of its webhook too, which nobody can read again. */
export async function connectApp(
  ctx: Context,
  { app, user, ...wish }: WantedConnection & { app: App; user: User },
): Promise<{ connection: GitConnection; hookSecret: string }> {
  const { url, login } = splitRepository(wish.url, 'url');
  const host = wish.host ?? hostKindOf(url);
  const hookSecret = randomBytes(32).toString('hex');
  const apiUrl = wish.apiUrl === undefined ? apiUrlOf(host, url) : splitLogin(wish.apiUrl, 'api_url').url.replace(/\/$/, '');
  const facts = {
    appId: app.id,
    userId: user.id,
    url,
    branch: branchOf(wish.branch),
    host,
    apiUrl,
    auto: wish.auto,
    waitForCi: wish.waitForCi,
    hookSecret,
  };
  checkWait(facts);
  const opened = { ...facts, login: wish.token ? loginOfToken(host, wish.token) : login };
  const connection = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    // It was given to somebody else meanwhile.
    if ((await findApp(store, app.id))?.ownerId !== app.ownerId) throw new PlatformError('conflict', `${app.name} has another owner now.`);
    const made = await saveConnection(store, { ...opened, key: await keyFor(store, app, url) });
    await giveKey(store, made);
    return made;
  });
  say(ctx, app, `Connected to ${connection.branch} of ${url} by user ${user.email}`);
  await ctx.bus.publish('git-look-due', {});
  await ctx.bus.publish('outbox-written', {});
  return { connection, hookSecret };
}

/** Changes what is said. Whoever does so is who deploys by it from now on. */
export async function changeConnected(
  ctx: Context,
  app: App,
  user: User,
  wish: Partial<Pick<WantedConnection, 'branch' | 'auto' | 'waitForCi' | 'token'>>,
): Promise<GitConnection> {
  const before = await connectionOf(ctx, app);
  checkWait({ ...before, waitForCi: wish.waitForCi ?? before.waitForCi });
  const change = {
    userId: user.id,
    ...(wish.branch !== undefined && { branch: branchOf(wish.branch) }),
    ...(wish.auto !== undefined && { auto: wish.auto }),
    ...(wish.waitForCi !== undefined && { waitForCi: wish.waitForCi }),
    ...(wish.token !== undefined && { login: wish.token === null ? null : loginOfToken(before.host, wish.token) }),
  };
  const changed = await inTransaction(ctx.store, async (store) => {
    const row = await changeConnection(store, before.id, change);
    if (row && wish.token) await giveKey(store, row);
    return row;
  });
  if (!changed) throw notConnected(app);
  say(ctx, app, `Connection to ${changed.branch} of ${changed.url} changed by user ${user.email}`);
  await ctx.bus.publish('git-look-due', {});
  if (wish.token) await ctx.bus.publish('outbox-written', {});
  return changed;
}

/** Forgets the repository and what opens it. What was deployed goes on. */
export async function disconnectApp(ctx: Context, app: App, user: User): Promise<GitConnection> {
  const connection = await connectionOf(ctx, app);
  await deleteConnection(ctx.store, connection.id);
  say(ctx, app, `Disconnected from ${connection.url} by user ${user.email}`);
  return connection;
}

/** Throws `not_found` for an app that is connected to nothing. */
export async function connectionOf(ctx: Pick<Context, 'store'>, app: App): Promise<GitConnection> {
  const connection = await connectionOfApp(ctx.store, app.id);
  if (!connection) throw notConnected(app);
  return connection;
}

function notConnected({ name }: App): PlatformError {
  return new PlatformError('not_found', `${name} is connected to no repository. Connect one: paas git:connect URL --app ${name}`);
}

/** What opens it by ssh: the key that its host may have already, where the app was connected to the same before. */
async function keyFor(store: Store, app: App, url: string): Promise<SshKeyPair | null> {
  if (sshServer(url) === null) return null;
  const before = await connectionOfApp(store, app.id);
  const privateKey = before?.url === url ? await readDeployKey(store, before.id) : null;
  return before?.deployKey && privateKey !== null ? { publicKey: before.deployKey, privateKey } : makeSshKey(`slipway-${app.name}`);
}

/** Has the host given the deploy key, where a token was given that may be good for it. */
async function giveKey(store: Store, c: GitConnection): Promise<void> {
  if (c.deployKey === null || c.keyAddedAt !== null || !c.hasLogin || repositoryApi(c) === null) return;
  await writeMessage(store, { topic: 'deploy-key', payload: { connectionId: c.id }, receiver: `git ${c.id}`, lane: 'deploy-key' });
}

/** Throws `invalid_params` where nobody would tell. */
function checkWait(c: Pick<GitConnection, 'host' | 'apiUrl' | 'url' | 'waitForCi'>): void {
  if (c.waitForCi && repositoryApi(c) === null)
    throw new PlatformError(
      'invalid_params',
      `wait_for_ci: hosts of the kind ${c.host} tell of no checks here; name it with host: github, gitlab or gitea`,
    );
}

function branchOf(text: string): string {
  const branch = asRef(text, 'branch');
  if (branch === null) throw new PlatformError('invalid_params', 'branch: must be the name of a branch, such as main');
  return branch;
}

function say(ctx: Context, app: App, text: string): void {
  ctx.lines.write(app.id, apiLine(Date.now(), text));
}
