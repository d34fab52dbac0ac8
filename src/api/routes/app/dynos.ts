import { restartDynos } from '../../../actions/app/restart-dynos.js';
import { stopOldDynos } from '../../../actions/app/stop-old-dynos.js';
import { readEngineTrouble } from '../../../bus/engine-trouble.js';
import { visibleDynos, type Dyno } from '../../../model/dyno.js';
import { PlatformError } from '../../../model/errors.js';
import { listDynos } from '../../../store/app/dynos.js';
import type { ApiDeps } from '../../deps.js';
import { param, reply, type ApiContext, type ApiRouter } from '../../http.js';
import { presentDyno } from '../../present/dyno.js';
import { replyList } from '../../range.js';
import { entryOfPath } from './formation.js';

/** Dynos; restarting is deleting. A formation's dyno that is stopped comes back, so stopping is the same, but for old ones. */
export function mountDynos(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/dynos', async (http) => {
    const [rows, trouble] = await Promise.all([listDynos(deps.store, { appId: http.state.app.id }), readEngineTrouble(deps.bus)]);
    const dynos = visibleDynos(rows);
    // Both CLIs print it.
    if (trouble) http.set('Warning-Message', trouble);
    replyList(
      http,
      dynos.map((dyno) => presentDyno(dyno, http.state.app)),
      ['name', 'id', 'created_at', 'updated_at'],
    );
  });

  router.get('/apps/:app/dynos/:dyno', async (http) => reply(http, 200, presentDyno(await dynoOfPath(deps, http), http.state.app)));

  router.delete('/apps/:app/dynos', async (http) => {
    await restartDynos(deps, http.state.app, http.state.user);
    reply(http, 202, {});
  });

  router.post('/apps/:app/dynos/actions/stop-old', async (http) => {
    const stopped = await stopOldDynos(deps, http.state.app, http.state.user);
    reply(
      http,
      202,
      stopped.map((dyno) => presentDyno(dyno, http.state.app)),
    );
  });

  const restartOne = async (http: ApiContext) => {
    const { name } = await dynoOfPath(deps, http);
    await restartDynos(deps, http.state.app, http.state.user, { name });
    reply(http, 202, {});
  };
  router.delete('/apps/:app/dynos/:dyno', restartOne);
  router.post('/apps/:app/dynos/:dyno/actions/stop', restartOne);

  const restartType = async (http: ApiContext) => {
    const { type } = await entryOfPath(deps, http);
    await restartDynos(deps, http.state.app, http.state.user, { type });
    reply(http, 202, {});
  };
  router.delete('/apps/:app/formations/:type', restartType);
  router.post('/apps/:app/formations/:type/actions/stop', restartType);
}

/** The dyno a path names by id or name; of two that share a name while one replaces the other, the newer. */
async function dynoOfPath(deps: ApiDeps, http: ApiContext): Promise<Dyno> {
  const ref = param(http, 'dyno');
  const dynos = await listDynos(deps.store, { appId: http.state.app.id });
  const dyno = dynos.findLast((each) => each.name === ref || each.id === ref);
  if (!dyno) throw new PlatformError('not_found', "Couldn't find that dyno.");
  return dyno;
}
