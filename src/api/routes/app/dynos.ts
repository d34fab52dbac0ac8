import { z } from 'zod';
import { restartDynos } from '../../../actions/app/restart-dynos.js';
import { stopOneOff } from '../../../actions/one-off/stop-one-off.js';
import { stopOldDynos } from '../../../actions/app/stop-old-dynos.js';
import { readEngineTrouble } from '../../../bus/engine-trouble.js';
import { visibleDynos, type Dyno as Noun } from '../../../model/dyno.js';
import { PlatformError } from '../../../model/errors.js';
import { listDynos } from '../../../store/app/dynos.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Dyno, presentDyno } from '../../present/app/dyno.js';
import { Formation } from '../../present/app/formation.js';
import { takeRange } from '../../range.js';
import { warn } from '../../warn.js';
import { entryOfPath } from './formation.js';

const Nothing = z.strictObject({});
const accepted = { needs: 'operate', gives: Nothing, status: 202 } as const;

/**
 * Dynos; restarting is deleting. A formation's dyno that is stopped comes back, so stopping is the same, but for old ones;
 * one-off ones end.
 */
export function mountDynos(router: ApiRouter, deps: ApiDeps): void {
  const of = Dyno;
  const listing = {
    of,
    title: 'List',
    about: 'Lists the dynos of an app.',
    gives: Dyno,
    by: ['name', 'id', 'created_at', 'updated_at'],
  } as const;
  router.list('/apps/:app/dynos', { ...listing, needs: 'view' }, async (http, range) => {
    const [rows, trouble] = await Promise.all([listDynos(deps.store, { appId: http.state.app.id }), readEngineTrouble(deps.bus)]);
    const dynos = visibleDynos(rows);
    if (trouble) warn(http, trouble);
    return takeRange(
      dynos.map((dyno) => presentDyno(dyno, http.state.app)),
      range,
    );
  });

  router.get('/apps/:app/dynos/:dyno', { of, title: 'Info', about: 'Shows a dyno.', needs: 'view', gives: Dyno }, async (http) =>
    presentDyno(await dynoOfPath(deps, http), http.state.app),
  );

  router.delete('/apps/:app/dynos', { ...accepted, of, title: 'Restart all', about: 'Restarts all dynos of an app.' }, async (http) => {
    await restartDynos(deps, http.state.app, http.state.user);
    return {};
  });

  const stopping = {
    ...accepted,
    of,
    title: 'Stop old',
    about: 'Stops dynos that an older release still runs; not part of Heroku.',
  } as const;
  router.post('/apps/:app/dynos/actions/stop-old', { ...stopping, gives: z.array(Dyno) }, async (http) => {
    const stopped = await stopOldDynos(deps, http.state.app, http.state.user);
    return stopped.map((dyno) => presentDyno(dyno, http.state.app));
  });

  const restartOne = async (http: ApiContext) => {
    const dyno = await dynoOfPath(deps, http);
    if (dyno.oneOff) await stopOneOff(deps, http.state.app, http.state.user, dyno);
    else await restartDynos(deps, http.state.app, http.state.user, { name: dyno.name });
    return {};
  };
  const one = { ...accepted, of, about: 'Restarts a dyno.' } as const;
  router.delete('/apps/:app/dynos/:dyno', { ...one, title: 'Restart' }, restartOne);
  router.post('/apps/:app/dynos/:dyno/actions/stop', { ...one, title: 'Stop' }, restartOne);

  const restartType = async (http: ApiContext) => {
    const { type } = await entryOfPath(deps, http);
    await restartDynos(deps, http.state.app, http.state.user, { type });
    return {};
  };
  const some = { ...accepted, of: Formation, about: 'Restarts the dynos of a process type.' } as const;
  router.delete('/apps/:app/formations/:type', { ...some, title: 'Restart' }, restartType);
  router.post('/apps/:app/formations/:type/actions/stop', { ...some, title: 'Stop' }, restartType);
}

/** The dyno a path names by id or name; of two that share a name while one replaces the other, the newer. */
export async function dynoOfPath(deps: ApiDeps, http: ApiContext): Promise<Noun> {
  const ref = param(http, 'dyno');
  const dynos = await listDynos(deps.store, { appId: http.state.app.id });
  const dyno = dynos.findLast((each) => each.name === ref || each.id === ref);
  if (!dyno) throw new PlatformError('not_found', "Couldn't find that dyno.");
  return dyno;
}
