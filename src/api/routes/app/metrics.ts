import { readPoints } from '../../../store/app/metrics.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { gridOfQuery, text } from './grid-of-query.js';
import { DynoMetrics, presentDynoMetrics, presentRouterMetrics, RouterMetrics } from '../../present/app/metrics.js';

const RANGE = '?window=2h, 24h or 7d, or ?start_time= and &end_time=; the steps are as fine as they are kept from then on';

/** What was measured of an app, to be plotted. */
export function mountMetrics(router: ApiRouter, deps: ApiDeps): void {
  const measured = async (http: ApiContext) => {
    const grid = gridOfQuery(http.query, Date.now());
    return { app: http.state.app, grid, points: await readPoints(deps.store, http.state.app.id, grid) };
  };

  const requests = { of: RouterMetrics, title: 'Router', about: `Requests and their times by class of status. ${RANGE}.` } as const;
  router.get('/apps/:app/metrics/router', { ...requests, needs: 'view', gives: RouterMetrics }, async (http) =>
    presentRouterMetrics(await measured(http)),
  );

  const dynos = { of: DynoMetrics, title: 'Dynos', about: `Memory and load of dynos; ?type= and ?dyno= name some. ${RANGE}.` } as const;
  router.get('/apps/:app/metrics/dynos', { ...dynos, needs: 'view', gives: DynoMetrics }, async (http) => {
    const [type, dyno] = [text(http.query, 'type'), text(http.query, 'dyno')];
    return presentDynoMetrics(await measured(http), (name, ofType) => (dyno ?? name) === name && (type ?? ofType) === ofType);
  });
}
