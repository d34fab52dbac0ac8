// A real `web` with its git door and private socket; the test itself does what a builder and a dyno manager would.
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { endBuild } from '../../../src/actions/build/end-build.js';
import { appendOutput } from '../../../src/bus/output.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { openBus } from '../../../src/bus/open-bus.js';
import { startPulse } from '../../../src/bus/pulse.js';
import { serveLogplex } from '../../../src/logplex/serve.js';
import type { App } from '../../../src/model/app.js';
import type { Build } from '../../../src/model/build/build.js';
import type { DynoState } from '../../../src/model/dyno.js';
import type { Release } from '../../../src/model/release.js';
import type { User } from '../../../src/model/user.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { claimBuild, listPendingBuilds } from '../../../src/store/build/builds.js';
import { insertDyno } from '../../../src/store/app/dynos.js';
import { openStore, type OpenStore } from '../../../src/store/open-store.js';
import { finishRelease } from '../../../src/store/app/releases.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { findUser } from '../../../src/store/people/users.js';
import { startWeb, type Web } from '../../../src/web/start-web.js';
import { startStores, type TestStores } from '../../support/stores.js';
import { untilSo } from '../../support/until.js';

export interface OpenWeb {
  dir: string;
  ctx: Context & { store: OpenStore };
  web: Web;
  token: string;
  /** Starts `web` again after it was stopped. */
  reopen(): Promise<void>;
  user: User;
  anApp(name: string): Promise<App>;
  remote(app: string): string;
  /** The app's pending build, as soon as there is one. */
  takeBuild(app: App): Promise<Build>;
  say(id: string, text: string): Promise<void>;
  /** Ends the build with a slug and a release of these process types. */
  succeed(build: Build, processTypes?: Record<string, string>): Promise<Release>;
  fail(build: Build, said: string): Promise<void>;
  /** Ends the release as the dyno manager would, then has its first web dyno be in this state. */
  finish(release: Release, status: 'succeeded' | 'failed', web?: DynoState, number?: number): Promise<void>;
  /** The same, after closing the output of its release command. */
  endOutput(release: Release, status: 'succeeded' | 'failed', web?: DynoState): Promise<void>;
  stop(): Promise<void>;
}

export async function openWeb(o: { maxBytes?: number; stores?: TestStores } = {}): Promise<OpenWeb> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-hook-'));
  await chmod(dir, 0o755);
  // The hook finds its home by what it inherits.
  process.env['SLIPWAY_HOME'] = dir;
  const stores = o.stores ?? (await startStores());
  const store = await openStore({ url: stores.databaseUrl, key: randomBytes(32) });
  const bus = openBus({ url: stores.redisUrl });
  const queue = openQueue({ url: stores.redisUrl });
  const ctx = { store, bus, queue, lines: openLineWriter(bus), sizes: SIZES };
  const dirs = { reposDir: join(dir, 'repos'), blobsDir: join(dir, 'blobs'), runDir: join(dir, 'run') };
  await Promise.all(Object.values(dirs).map((each) => mkdir(each, { recursive: true })));
  const tokenFile = join(dir, 'admin.token');
  const token = randomBytes(32).toString('hex');
  await writeFile(tokenFile, token);
  const goodbyes = [await startPulse(bus, { process: 'builder', node: 'test' })];
  const logplex = await serveLogplex({ bus, key: store.key, bind: '127.0.0.1', node: 'test', now: Date.now });
  goodbyes.push(await startPulse(bus, { process: 'logplex', node: 'test' }, () => ({ url: logplex.url })));
  const options = {
    ctx,
    ...dirs,
    home: dir,
    node: 'test',
    bind: '127.0.0.1',
    apiPort: 0,
    domain: 'localhost',
    stacks: ['slipway-12', 'slipway-13'],
    routerPort: 8080,
    rendezvousPort: 8001,
    internalUrl: null,
    adminEmail: 'jane@example.com',
    adminTokenFile: tokenFile,
    hooksDir: resolve('hooks'),
    maxBytes: o.maxBytes ?? 1024 ** 3,
  };
  const web = await startWeb(options);
  const user = await findUser(store, options.adminEmail);
  if (!user) throw new Error('web made no admin');

  const self: OpenWeb = {
    dir,
    ctx,
    web,
    token,
    async reopen() {
      self.web = await startWeb(options);
    },
    user,
    anApp: (name) => createApp(ctx, { user, name }),
    remote: (app) => `http://x:${token}@127.0.0.1:${self.web.port}/${app}.git`,
    async takeBuild(app) {
      let build: Build | undefined;
      await untilSo(`a build of ${app.name} has come`, async () => {
        [build] = await listPendingBuilds(store, app.id);
        return build !== undefined;
      });
      return (await claimBuild(store, build!.id, 'test')) ?? build!;
    },
    say: (id, text) => appendOutput(bus, id, text),
    async succeed(build, processTypes = { web: 'node server.js' }) {
      const digest = randomBytes(32).toString('hex');
      const slug = await insertSlug(store, {
        appId: build.appId,
        digest,
        diffId: digest,
        size: 1,
        stack: 'slipway',
        commit: build.commit,
        commitDescription: null,
        buildpackProvidedDescription: 'Node.js',
        processTypes,
      });
      const release = await createRelease(ctx, {
        appId: build.appId,
        user,
        slugId: slug.id,
        description: `Deploy ${build.commit?.slice(0, 8)}`,
      });
      await endBuild(ctx, build, { status: 'succeeded', slugId: slug.id, releaseId: release.id });
      return release;
    },
    async fail(build, said) {
      await appendOutput(bus, build.id, said);
      await endBuild(ctx, build, { status: 'failed', failure: 'It failed.' });
    },
    async finish(release, status, state, number = 1) {
      await finishRelease(store, release.id, status);
      if (!state) return;
      const place = { node: 'test', containerId: null, host: null, port: null, crashes: 0, restartAt: null };
      await insertDyno(store, {
        appId: release.appId,
        name: `web.${number}`,
        type: 'web',
        number,
        state,
        size: 'Basic',
        command: 'x',
        releaseId: release.id,
        releaseVersion: release.version,
        ...place,
      });
    },
    async endOutput(release, status, state) {
      await appendOutput(bus, release.id, '', true);
      await self.finish(release, status, state);
    },
    async stop() {
      await self.web.stop();
      await logplex.stop();
      await Promise.all(goodbyes.map((say) => say()));
      await Promise.allSettled([queue.close(), bus.close(), store.close()]);
      await stores.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return self;
}

export interface GitResult {
  code: number;
  output: string;
  /** What came from the remote, without git's own marks. */
  remote: string;
}

export interface RunningGit {
  /** Waits until the text has been printed. */
  until(text: string): Promise<void>;
  interrupt(): void;
  ended: Promise<GitResult>;
}

/** Runs git as a developer would, deaf to the settings of this machine. */
export function git(cwd: string, ...args: string[]): Promise<GitResult> {
  return startGit(cwd, ...args).ended;
}

/** The same, to be watched while it runs. */
export function startGit(cwd: string, ...args: string[]): RunningGit {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const own = ['-c', 'user.name=Jane', '-c', 'user.email=jane@example.com', '-c', 'protocol.file.allow=always'];
  const child = spawn('git', [...own, ...args], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, isOver] = ['', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    async until(text) {
      // Its last words may come after its exit.
      const isThere = () => output.includes(text) || isOver;
      await untilSo(`${JSON.stringify(text)} has come`, isThere);
      if (!output.includes(text)) throw new Error(`git ended before ${JSON.stringify(text)}:\n${output}`);
    },
    interrupt: () => void (child.pid && process.kill(-child.pid, 'SIGINT')),
    ended: new Promise((done) => {
      child.once('close', (code) => {
        isOver = true;
        done({ code: code ?? 1, output, remote: remoteLines(output) });
      });
    }),
  };
}

function remoteLines(output: string): string {
  return output
    .split('\n')
    .flatMap((line) => /^remote: ?(.*)$/.exec(line)?.[1]?.replace(/ {8}$/, '') ?? [])
    .join('\n');
}
