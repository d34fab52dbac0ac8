// A git door on a random port, in front of real stores, and users with tokens to knock on it.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { createGitDoor, type GitDoor } from '../../../src/git/smart-http.js';
import type { PushSession } from '../../../src/git/push-sessions.js';
import { hashToken } from '../../../src/lib/seal.js';
import type { App } from '../../../src/model/app.js';
import type { User } from '../../../src/model/user.js';
import { insertApp } from '../../../src/store/app/apps.js';
import { findUserByToken, saveAuthorization } from '../../../src/store/people/authorizations.js';
import { openStore, type OpenStore } from '../../../src/store/open-store.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { startStores } from '../../support/stores.js';

export interface OpenDoor {
  dir: string;
  url: string;
  port: number;
  door: GitDoor;
  store: OpenStore;
  gone: PushSession[];
  aUser(email: string): Promise<{ user: User; token: string }>;
  anApp(name: string, user: User): Promise<App>;
  /** Replaces the hook by a shell script; the default accepts everything. */
  setHook(script: string): Promise<void>;
  /** The remote of an app, with a token in it as only tests may have it. */
  remote(app: string, token?: string): string;
  repoOf(app: App): string;
  stop(): Promise<void>;
}

/** Starts stores and a door. `token` of `remote` defaults to the first user's. */
export async function openDoor(o: { maxPackBytes?: number } = {}): Promise<OpenDoor> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-door-'));
  const stores = await startStores();
  const store = await openStore({ url: stores.databaseUrl, key: randomBytes(32) });
  const hooksDir = join(dir, 'hooks');
  const gone: PushSession[] = [];
  let firstToken = '';
  await mkdir(hooksDir);
  await mkdir(join(dir, 'repos'));

  const door = createGitDoor({
    reposDir: join(dir, 'repos'),
    runDir: join(dir, 'run'),
    hooksDir,
    store,
    maxPackBytes: o.maxPackBytes ?? 1024 ** 3,
    watchAccess: () => () => undefined,
    onPushOver: () => false,
    onPushGone: async (session) => void gone.push(session),
    async authenticate(ctx) {
      const [, password = ''] = Buffer.from(ctx.get('authorization').replace(/^Basic /, ''), 'base64')
        .toString()
        .split(':');
      return (await findUserByToken(store, hashToken(password))) ?? null;
    },
  });
  const koa = new Koa();
  koa.use(door.middleware);
  koa.use((ctx) => void (ctx.body = 'not the door'));
  koa.silent = true;
  const server = createServer(koa.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const self: OpenDoor = {
    dir,
    url: `http://127.0.0.1:${port}`,
    port,
    door,
    store,
    gone,
    async aUser(email) {
      const user = await ensureUser(store, { email, name: null, role: 'member' });
      const token = randomBytes(16).toString('hex');
      firstToken ||= token;
      await saveAuthorization(store, {
        userId: user.id,
        description: 'test',
        scope: ['global'],
        tokenHash: hashToken(token),
        tokenHint: '',
      });
      return { user, token };
    },
    async anApp(name, user) {
      const app = await insertApp(store, { name, ownerId: user.id, stack: 'slipway', buildStack: 'slipway' });
      if (!app) throw new Error(`${name} is taken`);
      return app;
    },
    async setHook(script) {
      await writeFile(join(hooksDir, 'pre-receive'), `#!/bin/sh\n${script}\n`);
      await chmod(join(hooksDir, 'pre-receive'), 0o755);
    },
    remote: (app, token = firstToken) => `http://x:${token}@127.0.0.1:${port}/${app}.git`,
    repoOf: (app) => join(dir, 'repos', `${app.id}.git`),
    async stop() {
      await door.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
      await stores.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await self.setHook('cat >/dev/null');
  return self;
}

export interface GitResult {
  code: number;
  output: string;
}

/** Runs git as a developer would, deaf to the settings of this machine. Output is stdout and stderr together. */
export function git(cwd: string, ...args: string[]): Promise<GitResult> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-c', 'user.name=Jane', '-c', 'user.email=jane@example.com', ...args],
      { cwd, env, maxBuffer: 64e6 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
      },
    );
  });
}

/** A work tree on `main` with one commit of these files. */
export async function aTree(dir: string, files: Record<string, string | Buffer>): Promise<string> {
  await mkdir(dir, { recursive: true });
  await git(dir, 'init', '-q', '-b', 'main');
  await commit(dir, files, 'First commit');
  return dir;
}

export async function commit(dir: string, files: Record<string, string | Buffer>, message: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  await git(dir, 'add', '-A');
  await git(dir, 'commit', '-q', '--allow-empty', '-m', message);
}
