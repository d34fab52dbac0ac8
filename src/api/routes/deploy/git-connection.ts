import { z } from 'zod';
import { buildConnected } from '../../../actions/connection/build-connected.js';
import { changeConnected, connectApp, connectionOf, disconnectApp } from '../../../actions/connection/connect.js';
import { HOST_KINDS, type GitConnection as Noun } from '../../../model/connection/connection.js';
import { asRef } from '../../../model/git/remote-url.js';
import { mustMay } from '../../admit.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { publicUrl, type ApiContext } from '../../http.js';
import { Build } from '../../present/deploy/build.js';
import { GitConnection, presentGitConnection } from '../../present/deploy/git-connection.js';
import { usersById } from '../../users-by-id.js';
import { presentOneBuild } from './builds.js';

const branch = z.string('must be the name of a branch').max(1000).describe('name of the branch');
const auto = z.boolean('must be true or false').describe('whether a new commit of the branch is deployed by itself');
const waitForCi = z.boolean('must be true or false').describe('whether a new commit waits for the checks of the host');
const token = z
  .string('must be a token that may read the repository, or null')
  .min(1)
  .max(4096)
  .nullable()
  .describe('token that may read the repository; kept sealed, and shown to nobody');
const Connect = z.object({
  url: z.string('must be the URL of a git repository').max(2000).describe('http, https or ssh URL of the repository'),
  branch: branch.optional(),
  auto: auto.optional(),
  wait_for_ci: waitForCi.optional(),
  host: z.enum(HOST_KINDS).optional().describe('kind of the host, where its name does not tell'),
  api_url: z.string('must be a URL').max(2000).optional().describe('URL of its REST API, where it is not the usual one of its kind'),
  token: token.optional(),
});
const Change = z.object({ branch: branch.optional(), auto: auto.optional(), wait_for_ci: waitForCi.optional(), token: token.optional() });
const Deploy = z.object({
  ref: z.string('must be the name of a branch or tag, or a commit').max(1000).nullish().describe('branch, tag or commit, else the branch'),
});

/** The repository elsewhere that an app is deployed from. */
export function mountGitConnection(router: ApiRouter, deps: ApiDeps): void {
  const path = '/apps/:app/git-connection';
  const facts = { of: GitConnection, gives: GitConnection, needs: 'operate' } as const;

  async function present(http: ApiContext, c: Noun, secret?: string) {
    const users = await usersById(deps.store, [c.userId]);
    const hook = { base: publicUrl(http, deps.place), ...(secret !== undefined && { secret }) };
    return presentGitConnection(c, http.state.app, users(c.userId), hook);
  }

  const showing = { ...facts, title: 'Info', about: 'Shows what an app is connected to.', needs: 'view' } as const;
  router.get(path, showing, async (http) => present(http, await connectionOf(deps, http.state.app)));

  const connecting = { ...facts, title: 'Connect', about: 'Connects an app to a branch of a repository.', takes: Connect } as const;
  router.put(path, connecting, async (http, { api_url: apiUrl, wait_for_ci: wait, ...wish }) => {
    mustMay(http, 'deploy');
    const { app, user } = http.state;
    const wanted = { app, user, ...wish, apiUrl, branch: wish.branch ?? 'main', auto: wish.auto ?? false, waitForCi: wait ?? false };
    const { connection, hookSecret } = await connectApp(deps, wanted);
    return present(http, connection, hookSecret);
  });

  const changing = { ...facts, title: 'Update', about: 'Changes what an app is connected to.', takes: Change } as const;
  router.patch(path, changing, async (http, { wait_for_ci: wait, ...wish }) => {
    mustMay(http, 'deploy');
    const { app, user } = http.state;
    return present(http, await changeConnected(deps, app, user, { ...wish, ...(wait !== undefined && { waitForCi: wait }) }));
  });

  const leaving = { ...facts, title: 'Disconnect', about: 'Forgets the repository, and what opens it.' } as const;
  router.delete(path, leaving, async (http) => present(http, await disconnectApp(deps, http.state.app, http.state.user)));

  const deploying = { ...facts, title: 'Deploy', about: 'Builds a commit of the repository.', takes: Deploy, gives: Build } as const;
  router.post(`${path}/builds`, { ...deploying, needs: 'deploy' }, async (http, { ref }) => {
    const { app, user } = http.state;
    const connection = await connectionOf(deps, app);
    const wanted = ref === null || ref === undefined ? undefined : (asRef(ref, 'ref') ?? 'HEAD');
    return presentOneBuild(deps, http, await buildConnected(deps, { app, user, connection, ref: wanted }));
  });
}
