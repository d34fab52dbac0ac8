import { z } from 'zod';
import { dictionary } from '../../../lib/dictionary.js';
import { setConfigVars } from '../../../actions/app/set-config-vars.js';
import { readConfigVars } from '../../../store/app/apps.js';
import { releaseConfigVars } from '../../../store/app/releases.js';
import type { ApiDeps } from '../../deps.js';
import { parseBody, reply, type ApiRouter } from '../../http.js';
import { releaseOfPath } from '../deploy/releases.js';

const Patch = dictionary(z.union([z.string(), z.null()], 'must be a string, or null to remove it'));

export function mountConfigVars(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/config-vars', async (http) => reply(http, 200, await readConfigVars(deps.store, http.state.app.id)));

  router.patch('/apps/:app/config-vars', async (http) => {
    const patch = await parseBody(http, Patch);
    reply(http, 200, await setConfigVars(deps, http.state.app, http.state.user, patch));
  });

  router.get('/apps/:app/releases/:release/config-vars', async (http) => {
    const release = await releaseOfPath(deps, http);
    reply(http, 200, await releaseConfigVars(deps.store, release.id));
  });
}
