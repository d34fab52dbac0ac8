// What a provider gets for the grant that came with a call: tokens of its add-on. Asked for where OAuth clients ask.
import { timingSafeEqual } from 'node:crypto';
import type { Addon } from '../../../model/addon/addon.js';
import { isProviderToken, makeProviderToken, readProviderToken } from '../../../model/addon/provider-token.js';
import { PlatformError } from '../../../model/errors.js';
import { findAddon, useGrant } from '../../../store/addon/addons.js';
import { findService, readSecrets, type Service } from '../../../store/addon/services.js';
import type { ApiDeps } from '../../deps.js';

const ACCESS_SECONDS = 8 * 3_600;

/** Whether it is a provider who asks, and not an OAuth client. */
export function isOfProvider(form: Record<string, unknown>): boolean {
  return isProviderToken(String(form['code'] ?? form['refresh_token'] ?? ''));
}

/** Tokens of one add-on for its grant, once, or for a refresh token. Throws `unauthorized`. */
export async function exchangeGrant(deps: ApiDeps, form: Record<string, unknown>): Promise<object> {
  const [kind, secret, code] = [form['grant_type'], form['client_secret'], form['code'] ?? form['refresh_token']].map((each) =>
    String(each ?? ''),
  );
  if (kind !== 'authorization_code' && kind !== 'refresh_token')
    throw new PlatformError('invalid_params', 'grant_type: must be authorization_code or refresh_token');
  const read = readProviderToken(deps.store.key, kind === 'refresh_token' ? 'refresh' : 'grant', code!, Date.now());
  const { addon, service } = await addonOfToken(deps, read?.addonId);
  const right = Buffer.from((await readSecrets(deps.store, service.id)).clientSecret);
  const given = Buffer.from(secret!);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw refused();
  if (read?.ends && !(await useGrant(deps.store, addon.id, read.ends))) throw refused();
  const make = (of: 'access' | 'refresh') => makeProviderToken(deps.store.key, of, addon.id, Date.now()).token;
  return { access_token: make('access'), refresh_token: make('refresh'), expires_in: ACCESS_SECONDS, token_type: 'Bearer' };
}

/** The add-on that a provider's token is for. Throws `unauthorized`. */
export async function addonOfToken(deps: ApiDeps, addonId: string | undefined): Promise<{ addon: Addon; service: Service }> {
  const addon = addonId === undefined ? undefined : await findAddon(deps.store, addonId);
  const service = addon && (await findService(deps.store, addon.serviceId));
  if (!addon || !service || addon.state === 'deprovisioned') throw refused();
  return { addon, service };
}

function refused(): PlatformError {
  return new PlatformError('unauthorized', 'Invalid credentials provided.');
}
