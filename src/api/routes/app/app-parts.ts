import { z } from 'zod';
import { PlatformError } from '../../../model/errors.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { APP_FEATURES, AppFeature } from '../../present/app/app-feature.js';
import { Collaborator, presentOwner } from '../../present/account/collaborator.js';
import { Domain, presentDomain } from '../../present/app/domain.js';
import { takeRange } from '../../range.js';
import { usersById } from '../../users-by-id.js';

const FeatureChange = z.object({ enabled: z.boolean('must be true or false').describe('whether it is on') });

/** What every app has one of and nobody can change: its domain, its owner as collaborator, what is always on. */
export function mountAppParts(router: ApiRouter, deps: ApiDeps): void {
  const domains = { of: Domain, title: 'List', about: 'Lists the host names of an app.', needs: 'view', gives: Domain } as const;
  const domainsOf = (http: ApiContext) => [presentDomain(http.state.app, { url: '', ...deps.place })];
  router.list('/apps/:app/domains', { ...domains, by: ['hostname', 'id'] }, async (http, range) => takeRange(domainsOf(http), range));
  const domain = { ...domains, title: 'Info', about: 'Shows a host name of an app.' } as const;
  router.get('/apps/:app/domains/:domain', domain, (http) => {
    const ref = param(http, 'domain');
    return foundIn(domainsOf(http), ({ hostname, id }) => hostname === ref || id === ref, 'domain');
  });

  const people = { of: Collaborator, title: 'List', about: 'Lists who works on an app.', needs: 'view', gives: Collaborator } as const;
  const peopleOf = async ({ state: { app } }: ApiContext) => [presentOwner(app, (await usersById(deps.store, [app.ownerId]))(app.ownerId))];
  router.list('/apps/:app/collaborators', { ...people, by: ['id', 'created_at'] }, async (http, range) =>
    takeRange(await peopleOf(http), range),
  );
  const person = { ...people, title: 'Info', about: 'Shows one who works on an app; email works too.' } as const;
  router.get('/apps/:app/collaborators/:collaborator', person, async (http) => {
    const ref = param(http, 'collaborator');
    return foundIn(await peopleOf(http), ({ user, id }) => user.email === ref || id === ref, 'collaborator');
  });

  const features = { of: AppFeature, title: 'List', about: 'Lists what an app can do.', needs: 'view', gives: AppFeature } as const;
  router.list('/apps/:app/features', { ...features, by: ['name', 'id'] }, async (_http, range) => takeRange(APP_FEATURES, range));
  const feature = { ...features, title: 'Info', about: 'Shows something that an app can do.' } as const;
  const featureOf = (http: ApiContext) => {
    const ref = param(http, 'feature');
    return foundIn(APP_FEATURES, ({ name, id }) => name === ref || id === ref, 'feature');
  };
  router.get('/apps/:app/features/:feature', feature, featureOf);
  const changing = { ...feature, title: 'Update', about: 'Switches a feature on.', needs: 'manage', takes: FeatureChange } as const;
  router.patch('/apps/:app/features/:feature', changing, (http, { enabled }) => {
    const found = featureOf(http);
    if (!enabled) throw new PlatformError('invalid_params', `enabled: ${found.name} is always on here.`);
    return found;
  });
}

function foundIn<T>(all: T[], isMeant: (each: T) => boolean, noun: string): T {
  const found = all.find(isMeant);
  if (!found) throw new PlatformError('not_found', `Couldn't find that ${noun}.`);
  return found;
}
