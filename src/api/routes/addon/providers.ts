// What providers call: the exchange of a grant, and, with the token they got, one add-on, its values and its state. Heroku's paths.
import type { Middleware } from 'koa';
import { settleConfig, settleDeprovisioned, settleProvisioned } from '../../../actions/addon/settle.js';
import type { Addon } from '../../../model/addon/addon.js';
import { configOf } from '../../../model/addon/provider-answer.js';
import { makeProviderToken, readProviderToken } from '../../../model/addon/provider-token.js';
import { PlatformError } from '../../../model/errors.js';
import { findAddon, readAddonConfig, useGrant } from '../../../store/addon/addons.js';
import { findService, readSecrets, type Service } from '../../../store/addon/services.js';
import { timingSafeEqual } from 'node:crypto';
import { readJson } from '../../body.js';
import { auditedProvider } from '../../middleware/audit.js';
import type { ApiDeps } from '../../deps.js';
import { reply } from '../../http.js';
import { readForm } from '../../read-form.js';
import { presentAddon } from '../../present/addon/addon.js';
import { surroundings } from './find.js';
import { listDrains, moveDrain } from './provider-drains.js';

const CALL = /^(GET|PATCH|POST|PUT) \/addons\/([^/]+)(?:\/(config|actions\/provision|actions\/deprovision|log-drains)(?:\/([^/]+))?)?$/;
const ACCESS_SECONDS = 8 * 3_600;

/** Answers providers; whatever else is asked goes on. */
export function answerProviders(deps: ApiDeps): Middleware {
  return async (http, next) => {
    if (http.method === 'POST' && http.path === '/oauth/token') return reply(http, 200, await exchange(deps, await readForm(http.req)));
    const [, method, ref = '', what, drain] = CALL.exec(`${http.method} ${http.path}`) ?? [];
    const token = /^bearer +(addon-access\.\S+)$/i.exec(http.get('authorization').trim())?.[1];
    if (!method || token === undefined) return next();
    const { addon, service } = await known(deps, readProviderToken(deps.store.key, 'access', token, Date.now())?.addonId);
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

async function exchange(deps: ApiDeps, form: Record<string, unknown>): Promise<object> {
  const [kind, secret, code] = [form['grant_type'], form['client_secret'], form['code'] ?? form['refresh_token']].map((each) =>
    String(each ?? ''),
  );
  if (kind !== 'authorization_code' && kind !== 'refresh_token')
    throw new PlatformError('invalid_params', 'grant_type: must be authorization_code or refresh_token');
  const read = readProviderToken(deps.store.key, kind === 'refresh_token' ? 'refresh' : 'grant', code!, Date.now());
  const { addon, service } = await known(deps, read?.addonId);
  const right = Buffer.from((await readSecrets(deps.store, service.id)).clientSecret);
  const given = Buffer.from(secret!);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw refused();
  if (read?.ends && !(await useGrant(deps.store, addon.id, read.ends))) throw refused();
  const make = (of: 'access' | 'refresh') => makeProviderToken(deps.store.key, of, addon.id, Date.now()).token;
  return { access_token: make('access'), refresh_token: make('refresh'), expires_in: ACCESS_SECONDS, token_type: 'Bearer' };
}

async function config(deps: ApiDeps, { addon, service }: { addon: Addon; service: Service }, change: unknown): Promise<object> {
  if (change !== null) {
    const given = configOf((change as { config?: unknown }).config, service.manifest.configVars);
    await settleConfig(deps, addon.id, { manifest: service.manifest, config: given });
  }
  return Object.entries(await readAddonConfig(deps.store, addon.id)).map(([name, value]) => ({ name, value }));
}

async function known(deps: ApiDeps, addonId: string | undefined): Promise<{ addon: Addon; service: Service }> {
  const addon = addonId === undefined ? undefined : await findAddon(deps.store, addonId);
  const service = addon && (await findService(deps.store, addon.serviceId));
  if (!addon || !service || addon.state === 'deprovisioned') throw refused();
  return { addon, service };
}

function refused(): PlatformError {
  return new PlatformError('unauthorized', 'Invalid credentials provided.');
}
