import type { Context } from 'koa';
import { z } from 'zod';
import { setConfigVars } from '../../../actions/app/set-config-vars.js';
import { outsideUrl } from '../../../model/addon/outside-url.js';
import { faultsOfPages } from '../../../model/domain/own-pages.js';
import { readConfigVars } from '../../../store/app/config-vars.js';
import { releaseConfigVars } from '../../../store/app/releases.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { outsideOf, type ApiContext } from '../../http.js';
import { named } from '../../schema/fields.js';
import { noun } from '../../schema/resource.js';
import { warn } from '../../warn.js';
import { releaseOfPath } from '../deploy/releases.js';

const about = { name: 'config-var', about: 'Config vars are the environment of an app: names with values.', identity: [] };
const ConfigVars = noun(about, z.record(z.string(), z.string().describe('value of the config var')));
const Patch = named(z.union([z.string(), z.null()], 'must be a string, or null to remove it'));

export function mountConfigVars(router: ApiRouter, deps: ApiDeps): void {
  const of = ConfigVars;
  const showing = { of, title: 'Info for App', about: 'Shows the config vars of an app.', gives: ConfigVars } as const;
  // People use them from where they are: a database of ours has the URL by which they reach it. Its dynos have their own.
  const forPeople = (http: ApiContext, vars: Record<string, string>) => {
    const outside = outsideOf(http as unknown as Context, deps.place);
    return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, outsideUrl(value, outside)]));
  };
  router.get('/apps/:app/config-vars', { ...showing, needs: 'read-config' }, async (http) =>
    forPeople(http, await readConfigVars(deps.store, http.state.app.id)),
  );

  const changing = {
    of,
    title: 'Update',
    about: 'Sets config vars, and removes those that are null: makes a release.',
    takes: Patch,
  } as const;
  router.patch('/apps/:app/config-vars', { ...changing, needs: 'configure', gives: ConfigVars }, async (http, patch) => {
    const vars = await setConfigVars(deps, http.state.app, http.state.user, patch);
    const faults = faultsOfPages(patch);
    if (faults.length > 0) warn(http, `${faults.join('; ')}.`);
    return forPeople(http, vars);
  });

  const ofRelease = { of, title: 'Info for App Release', about: 'Shows the config vars a release has.', gives: ConfigVars } as const;
  router.get('/apps/:app/releases/:release/config-vars', { ...ofRelease, needs: 'read-config' }, async (http) => {
    const release = await releaseOfPath(deps, http);
    return releaseConfigVars(deps.store, release.id);
  });
}
