import { z } from 'zod';
import { hearHost } from '../../../actions/connection/hear-host.js';
import { log } from '../../../lib/log.js';
import { PlatformError } from '../../../model/errors.js';
import { parseHook } from '../../../model/connection/hook-event.js';
import { isFromHost } from '../../../model/connection/hook-signature.js';
import { findConnection, noteRefused, readHookSecret } from '../../../store/connection/connections.js';
import { readBytes } from '../../body.js';
import type { ApiDeps } from '../../deps.js';
import { reply } from '../../http.js';
import type { OpenRouter } from '../../open-router.js';
import { noun } from '../../schema/resource.js';

/** GitHub sends no more than 25 MB, of 2,048 commits; what a push of a branch needs is far below. */
const MAX_BYTES = 3 * 1024 * 1024;
const about = { name: 'git-hook', about: 'A git hook is what a git host tells of a repository. It is signed by the host.', identity: [] };
const GitHook = noun(about, z.strictObject({ message: z.string().describe('what comes of it') }));

/** Where hosts tell of pushes: one URL and one secret for each connection. */
export function mountGitHooks(router: OpenRouter, deps: ApiDeps): void {
  const telling = {
    of: GitHook,
    title: 'Tell',
    about: 'Tells of a push: GitHub, GitLab, Gitea, Forgejo and Bitbucket, each as it signs.',
    gives: GitHook,
    bytes: { takes: 'application/json' },
    status: 202,
  };
  router.post('/git-hooks/:connection', telling, async (http) => {
    const connection = await findConnection(deps.store, http.params['connection'] ?? '');
    const secret = connection && (await readHookSecret(deps.store, connection.id));
    if (!connection || !secret) throw new PlatformError('not_found', "Couldn't find that git connection.");
    const header = (name: string) => http.get(name);
    try {
      const body = await readBytes(http.req, MAX_BYTES);
      if (!isFromHost(header, body, secret)) throw new PlatformError('unauthorized', "This isn't signed with the connection's secret.");
      const { isAsked, message } = await hearHost(deps, connection, parseHook(header, body));
      reply(http, isAsked ? 202 : 200, { message });
    } catch (error) {
      if (error instanceof PlatformError) {
        log('git-hook-refused', { app: connection.appId, error: error.message });
        await noteRefused(deps.store, connection.id, error.message);
      }
      throw error;
    }
  });
}
