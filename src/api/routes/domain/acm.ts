import { z } from 'zod';
import { setAcm } from '../../../actions/domain/set-acm.js';
import { PlatformError } from '../../../model/errors.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { App } from '../../present/app/app.js';
import { presentApps } from '../app/apps.js';

const Refresh = z.object({ acm_refresh: z.boolean('must be true or false').optional().describe('whether to try again at once') });
const OFF = 'Certificates are not made by themselves here: the operator sets SLIPWAY_ACME_EMAIL for that. Add one with certs:add.';

/** Automatic Certificate Management of an app. */
export function mountAcm(router: ApiRouter, deps: ApiDeps): void {
  const of = App;

  async function turn(http: ApiContext, isOn: boolean) {
    const { app, user } = http.state;
    const [presented] = await presentApps(deps, http, [await setAcm(deps, app, user, isOn)]);
    return presented!;
  }

  const enabling = {
    of,
    title: 'Enable ACM',
    about: 'Has certificates made for the domains of an app.',
    needs: 'operate',
    gives: App,
  } as const;
  router.post('/apps/:app/acm', { ...enabling, status: 200 }, (http) => {
    if (!deps.hasAcme) throw new PlatformError('invalid_params', OFF);
    return turn(http, true);
  });

  const disabling = { ...enabling, title: 'Disable ACM', about: 'Has no more of them made, and takes those there are.' } as const;
  router.delete('/apps/:app/acm', disabling, (http) => turn(http, false));

  const refreshing = {
    ...enabling,
    title: 'Refresh ACM',
    about: 'Tries again at once for those that have failed.',
    takes: Refresh,
  } as const;
  router.patch('/apps/:app/acm', refreshing, (http) => {
    if (!http.state.app.acm)
      throw new PlatformError('invalid_params', 'Automatic certificates are off for this app: enable them with certs:auto:enable.');
    return turn(http, true);
  });
}
