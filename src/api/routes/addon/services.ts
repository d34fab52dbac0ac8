import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { abandonAddons } from '../../../actions/addon/abandon-addons.js';
import { parseManifest, endpointsFor } from '../../../model/addon/manifest.js';
import { PlatformError } from '../../../model/errors.js';
import { deleteService, findPlan, findService, listPlans, listServices, readSecrets, saveService } from '../../../store/addon/services.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { AddonService, Plan, presentPlan, presentService } from '../../present/addon/service.js';
import { takeRange } from '../../range.js';

const NewService = z.object({
  manifest: z.record(z.string(), z.unknown(), 'must be the manifest, as an object').describe("the provider's manifest"),
  environment: z.enum(['production', 'test'], 'must be production or test').default('production').describe('which part of it is called'),
});
const Removal = z.object({
  force: z.boolean().default(false).describe('whether its add-ons are ended without asking their provider, who may go on billing for them'),
});
const Added = AddonService.extend({ client_secret: z.string().describe('what the provider exchanges its grants with; shown once') });

/** What providers offer. Adding and removing services is for admins, and not part of Heroku's API. */
export function mountAddonServices(router: ApiRouter, deps: ApiDeps): void {
  const services = { of: AddonService, gives: AddonService, needs: 'view' } as const;
  const listing = { ...services, title: 'List', about: 'Lists the add-on services there are.', by: ['name', 'id'] } as const;
  router.list('/addon-services', listing, async (_http, range) => takeRange((await listServices(deps.store)).map(presentService), range));
  router.get('/addon-services/:service', { ...services, title: 'Info', about: 'Shows an add-on service.' }, async (http) =>
    presentService(await serviceOf(deps, http)),
  );

  const adding = { of: AddonService, title: 'Create', about: 'Adds a service by its manifest, or takes over a new one (admin).' } as const;
  router.post('/addon-services', { ...adding, needs: 'administer', takes: NewService, gives: Added }, async (_http, wish) => {
    const { manifest, secrets } = parseManifest(wish.manifest);
    endpointsFor(manifest, wish.environment);
    const known = await findService(deps.store, manifest.id);
    const clientSecret = known ? (await readSecrets(deps.store, known.id)).clientSecret : randomBytes(32).toString('hex');
    const { environment } = wish;
    const saved = await saveService(deps.store, { manifest, environment, secrets: { ...secrets, clientSecret } });
    return { ...presentService(saved), client_secret: clientSecret };
  });

  const removing = { of: AddonService, title: 'Delete', about: 'Removes a service that no app has an add-on of (admin).' } as const;
  router.delete(
    '/addon-services/:service',
    { ...removing, needs: 'administer', takes: Removal, gives: AddonService },
    async (http, wish) => {
      const service = await serviceOf(deps, http);
      if (wish.force) await abandonAddons(deps, service);
      if (!(await deleteService(deps.store, service.id))) throw new PlatformError('invalid_params', stillUsed(service.name));
      return presentService(service);
    },
  );

  const plans = { of: Plan, gives: Plan, needs: 'view' } as const;
  const ofService = { ...plans, title: 'List by Add-on', about: 'Lists the plans of a service.', by: ['name', 'id'] } as const;
  router.list('/addon-services/:service/plans', ofService, async (http, range) => {
    const service = await serviceOf(deps, http);
    return takeRange(
      (await listPlans(deps.store, service.id)).map((plan) => presentPlan(plan, service)),
      range,
    );
  });
  const ofBoth = { ...plans, title: 'Info by Add-on', about: 'Shows a plan of a service.' } as const;
  router.get('/addon-services/:service/plans/:plan', ofBoth, async (http) => {
    const service = await serviceOf(deps, http);
    const ref = param(http, 'plan');
    const plan = (await listPlans(deps.store, service.id)).find(
      ({ id, name }) => [id, name].includes(ref) || name === `${service.name}:${ref}`,
    );
    if (!plan) throw new PlatformError('not_found', "Couldn't find that plan.");
    return presentPlan(plan, service);
  });
  router.get('/plans/:plan', { ...plans, title: 'Info', about: 'Shows a plan.' }, async (http) => {
    const plan = await findPlan(deps.store, param(http, 'plan'));
    const service = plan && (await findService(deps.store, plan.serviceId));
    if (!plan || !service) throw new PlatformError('not_found', "Couldn't find that plan.");
    return presentPlan(plan, service);
  });
}

function stillUsed(name: string): string {
  return `${name} still has add-ons: destroy them first. Where its provider is gone for good: paas addons:services:remove ${name} --force`;
}

async function serviceOf(deps: ApiDeps, http: ApiContext) {
  const service = await findService(deps.store, param(http, 'service'));
  if (!service) throw new PlatformError('not_found', "Couldn't find that add-on service.");
  return service;
}
