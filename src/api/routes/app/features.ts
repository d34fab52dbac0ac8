import { z } from 'zod';
import { setFeature } from '../../../actions/app/set-feature.js';
import { PlatformError } from '../../../model/errors.js';
import { listFeatures } from '../../../store/app/features.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { AppFeature, isSwitched, presentFeatures } from '../../present/app/app-feature.js';
import { takeRange } from '../../range.js';

const FeatureChange = z.object({ enabled: z.boolean('must be true or false').describe('whether it is on') });

/** What of an app is switched on. */
export function mountFeatures(router: ApiRouter, deps: ApiDeps): void {
  const featuresOf = async (http: ApiContext) => presentFeatures(await listFeatures(deps.store, http.state.app.id));
  const features = { of: AppFeature, title: 'List', about: 'Lists what an app can do.', needs: 'view', gives: AppFeature } as const;
  router.list('/apps/:app/features', { ...features, by: ['name', 'id'] }, async (http, range) => takeRange(await featuresOf(http), range));
  const feature = { ...features, title: 'Info', about: 'Shows something that an app can do.' } as const;
  const featureOf = async (http: ApiContext) => {
    const ref = param(http, 'feature');
    return foundIn(await featuresOf(http), ({ name, id }) => name === ref || id === ref, 'feature');
  };
  router.get('/apps/:app/features/:feature', feature, featureOf);
  const changing = {
    ...feature,
    title: 'Update',
    about: 'Switches a feature on or off; dynos know from their next start on.',
    needs: 'operate',
    takes: FeatureChange,
  } as const;
  router.patch('/apps/:app/features/:feature', changing, async (http, { enabled }) => {
    const { name } = await featureOf(http);
    if (isSwitched(name)) await setFeature(deps, http.state.app, http.state.user, { name, isOn: enabled });
    else if (!enabled) throw new PlatformError('invalid_params', `enabled: ${name} is always on here.`);
    return featureOf(http);
  });
}

function foundIn<T>(all: T[], isMeant: (each: T) => boolean, noun: string): T {
  const found = all.find(isMeant);
  if (!found) throw new PlatformError('not_found', `Couldn't find that ${noun}.`);
  return found;
}
