import { z } from 'zod';
import { addDrain } from '../../../actions/drain/add-drain.js';
import { removeDrain } from '../../../actions/drain/remove-drain.js';
import { asAsked } from '../../../actions/people/may-on.js';
import type { App } from '../../../model/app.js';
import { PlatformError } from '../../../model/errors.js';
import type { LogDrain as Noun } from '../../../model/logs/drain.js';
import { may } from '../../../model/may.js';
import { findAddon } from '../../../store/addon/addons.js';
import { findApp } from '../../../store/app/apps.js';
import { findLogDrain, listLogDrains } from '../../../store/app/log-drains.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { LogDrain, presentLogDrain } from '../../present/app/log-drain.js';
import { takeRange } from '../../range.js';
import { addonOf } from '../addon/find.js';

const NewDrain = z.object({
  url: z.string('must be a URL such as https://logs.example.com/app').max(2_000).describe('where the log is to be sent'),
});

/** Where an app's log is sent. */
export function mountLogDrains(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: LogDrain, gives: LogDrain } as const;
  const present = async (http: ApiContext, drain: Noun, app: App = http.state.app) => {
    const addon = drain.addonId === null ? undefined : await findAddon(deps.store, drain.addonId);
    const { user } = http.state;
    return presentLogDrain(drain, { app, addon, isOpen: may(user, 'read-config', await asAsked(deps.store, user, app)) });
  };

  async function named(http: ApiContext): Promise<Noun> {
    const found = await findLogDrain(deps.store, http.state.app.id, param(http, 'drain'));
    if (!found) throw new PlatformError('not_found', "Couldn't find that log drain.");
    return found;
  }

  const listing = { ...facts, title: 'List', about: 'Lists where the log of an app is sent.', needs: 'view' } as const;
  router.list('/apps/:app/log-drains', { ...listing, by: ['created_at', 'id'] }, async (http, range) => {
    const drains = await listLogDrains(deps.store, { appId: http.state.app.id });
    return takeRange(await Promise.all(drains.map((drain) => present(http, drain))), range);
  });

  const ofAddon = { ...facts, title: 'List by Add-on', about: 'Lists where the log is sent for an add-on.', needs: 'view' } as const;
  router.list('/addons/:addon/log-drains', { ...ofAddon, by: ['created_at', 'id'] }, async (http, range) => {
    const addon = await addonOf(deps, http, param(http, 'addon'));
    const app = await findApp(deps.store, addon.appId ?? '');
    const drains = app ? await listLogDrains(deps.store, { addonId: addon.id }) : [];
    return takeRange(await Promise.all(drains.map((drain) => present(http, drain, app))), range);
  });

  const adding = { ...facts, title: 'Create', about: 'Sends the log of an app somewhere else, too.', takes: NewDrain } as const;
  router.post('/apps/:app/log-drains', { ...adding, needs: 'operate' }, async (http, { url }) => {
    const { app, user } = http.state;
    return present(http, await addDrain(deps, { app, user, url, fetchAllow: deps.fetchAllow ?? [] }));
  });

  const showing = { ...facts, title: 'Info', about: 'Shows where the log of an app is sent.', needs: 'view' } as const;
  router.get('/apps/:app/log-drains/:drain', showing, async (http) => present(http, await named(http)));

  const removing = { ...facts, title: 'Delete', about: 'Sends the log of an app there no more.', needs: 'operate' } as const;
  router.delete('/apps/:app/log-drains/:drain', removing, async (http) => {
    const { app, user } = http.state;
    const drain = await named(http);
    const shown = await present(http, drain);
    await removeDrain(deps, app, user, drain);
    return shown;
  });
}
