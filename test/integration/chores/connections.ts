// Apps that are connected to a repository: web in front of real stores, and a real git host.
import { sql } from 'kysely';
import { expect } from 'vitest';
import { cancelBuild } from '../../../src/actions/build/cancel-build.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import type { App } from '../../../src/model/app.js';
import type { Build } from '../../../src/model/build/build.js';
import type { User } from '../../../src/model/user.js';
import { listBuilds, listPendingBuilds } from '../../../src/store/build/builds.js';
import { connectionOfApp } from '../../../src/store/connection/connections.js';
import { findUser } from '../../../src/store/people/users.js';
import { HOST_TOKEN, startGitHost, type GitHost, type HostedRepository } from '../../support/git-host.js';
import { until } from '../../support/until.js';
import { callAs, type Call } from '../api/client.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';

export interface Hook {
  url: string;
  secret: string;
}

export interface Connected {
  app: App;
  hook: Hook;
  repo: HostedRepository;
}

export interface Connections {
  host: GitHost;
  web: OpenWeb;
  admin: Call;
  user: User;
  /** An app that is connected, once its branch is known. */
  connected(wish?: object): Promise<Connected>;
  known(app: App): ReturnType<typeof connectionOfApp>;
  pending(app: App): Promise<Build[]>;
  /** Commits of all builds, oldest first. */
  commits(app: App): Promise<(string | null)[]>;
  /** Lets the time come at which it is looked at, and waits until it was. */
  look(app: App): Promise<void>;
  end(build: Build): Promise<void>;
  /** All that the store has of its connection, as text. */
  stored(app: App): Promise<string>;
  /** The app's log so far. */
  said(app: App): Promise<string>;
  stop(): Promise<void>;
}

export async function openConnections(): Promise<Connections> {
  const host = await startGitHost({ isPlain: true });
  const web = await openWeb({ fetchAllow: ['127.0.0.1'] });
  const admin = callAs(() => web.url, web.adminToken);
  const user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  const known = (app: App) => connectionOfApp(web.ctx.store, app.id);
  let count = 0;
  return {
    host,
    web,
    admin,
    user,
    known,
    pending: (app) => listPendingBuilds(web.ctx.store, app.id),
    commits: async (app) => (await listBuilds(web.ctx.store, app.id)).map(({ commit }) => commit).toReversed(),
    async connected(wish = {}) {
      count += 1;
      const repo = await host.repository(`repo-${count}`, { Procfile: 'web: true\n' });
      const app = await createApp(web.ctx, { user });
      const answer = await admin('PUT', `/apps/${app.name}/git-connection`, { url: repo.url, auto: true, token: HOST_TOKEN, ...wish });
      expect(answer).toMatchObject({ status: 200, body: { commit: null, failure: null, has_credentials: true } });
      await until(() => known(app)).toMatchObject({ tip: repo.commit, failure: null });
      return { app, repo, hook: (answer.body as { webhook: Hook }).webhook };
    },
    async look(app) {
      const before = (await known(app))!.lookedAt!;
      await sql`update git_connections set look_at = now() where app_id = ${app.id}`.execute(web.ctx.store.db);
      await web.ctx.bus.publish('git-look-due', {});
      await until(async () => (await known(app))!.lookedAt!.getTime()).toBeGreaterThan(before.getTime());
    },
    async end(build) {
      await cancelBuild(web.ctx, build, 'Enough.');
    },
    async stored(app) {
      const { rows } = await sql<object>`select * from git_connections where app_id = ${app.id}`.execute(web.ctx.store.db);
      const texts = rows
        .flatMap((row) => Object.entries(row))
        .map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('latin1') : value]);
      return JSON.stringify(texts);
    },
    async said(app) {
      await web.ctx.lines.flush();
      return (await readBatches(web.ctx.bus, app.id)).map(({ text }) => text).join('');
    },
    async stop() {
      await web.stop();
      await host.stop();
    },
  };
}
