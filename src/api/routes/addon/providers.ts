// What providers call with the token that they got for a grant: one add-on, its values and its state. Heroku's paths.
import type { Middleware } from 'koa';
import { settleConfig, settleDeprovisioned, settleProvisioned } from '../../../actions/addon/settle.js';
import type { Addon } from '../../../model/addon/addon.js';
import { configOf } from '../../../model/addon/provider-answer.js';
import { readProviderToken } from '../../../model/addon/provider-token.js';
import { PlatformError } from '../../../model/errors.js';
import { findAddon, readAddonConfig } from '../../../store/addon/addons.js';
import type { Service } from '../../../store/addon/services.js';
import { readJson } from '../../body.js';
import { auditedProvider } from '../../middleware/audit.js';
import type { ApiDeps } from '../../deps.js';
import { reply } from '../../http.js';
import { presentAddon } from '../../present/addon/addon.js';
import { surroundings } from './find.js';
import { addonOfToken } from './provider-grant.js';
import { listDrains, moveDrain } from './provider-drains.js';

const CALL = /^(GET|PATCH|POST|PUT) \/addons\/([^/]+)(?:\/(config|actions\/provision|actions\/deprovision|log-drains)(?:\/([^/]+))?)?$/;

/** Answers providers; whatever else is asked goes on. */
export function answerProviders(deps: ApiDeps): Middleware {
  return async (http, next) => {
    const [, method, ref = '', what, drain] = CALL.exec(`${http.method} ${http.path}`) ?? [];
    const token = /^bearer +(addon-access\.\S+)$/i.exec(http.get('authorization').trim())?.[1];
    if (!method || token === undefined) return next();
    const { addon, service } = await addonOfToken(deps, readProviderToken(deps.store.key, 'access', token, Date.now())?.addonId);
    if (addon.id !== ref && addon.name !== ref) throw new PlatformError('not_found', "Couldn't find that add-on.");
    if (what === undefined) return method === 'GET' ? reply(http, 200, await show(deps, addon)) : next();
    if (what === 'log-drains' && method === 'GET' && drain === undefined) return reply(http, 200, await listDrains(deps, addon));
    if (what === 'log-drains' && method === 'PUT' && drain !== undefined) {
      const change = await readJson(http.req);
      const moved = await auditedProvider(http, addon.appId, () => moveDrain(deps, { addon, service, ref: drain }, change));
      return reply(http, 200, moved);
    }
    if (what === 'log-drains' || drain !== undefined || method === 'PUT') return next();
    if (what === 'config') {
      const change = method === 'PATCH' ? await readJson(http.req) : null;
      return reply(http, 200, await auditedProvider(http, addon.appId, () => config(deps, { addon, service }, change)));
    }
    if (method !== 'POST') return next();
    await auditedProvider(http, addon.appId, () =>
      what === 'actions/provision'
        ? settleProvisioned(deps, addon.id, { manifest: service.manifest })
        : settleDeprovisioned(deps, addon.id),
    );
    reply(http, 200, { id: addon.id, name: addon.name, state: (await findAddon(deps.store, addon.id))?.state ?? 'deprovisioned' });
  };
}

/** As people see it, but for its page, which is opened in a user's name. */
async function show(deps: ApiDeps, addon: Addon): Promise<object> {
  return presentAddon(addon, { ...(await surroundings(deps, addon)), webUrl: null });
}

async function config(deps: ApiDeps, { addon, service }: { addon: Addon; service: Service }, change: unknown): Promise<object> {
  if (change !== null) {
    const given = configOf((change as { config?: unknown }).config, service.manifest.configVars);
    await settleConfig(deps, addon.id, { manifest: service.manifest, config: given });
  }
  return Object.entries(await readAddonConfig(deps.store, addon.id)).map(([name, value]) => ({ name, value }));
}
