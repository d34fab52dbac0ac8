import type { Authorization, User } from '../model/user.js';
import { seenOf } from '../actions/people/may-on.js';
import { findApps } from '../store/app/apps.js';
import { findOauthClients } from '../store/people/oauth-clients.js';
import type { Store } from '../store/open-store.js';
import { presentAuthorization } from './present/account/authorization.js';

/** Tokens of a user, with those of their apps that the user may know. */
export async function showAuthorizations({ store }: { store: Store }, user: User, all: Authorization[], token?: string) {
  const named = await findApps(store, [...new Set(all.flatMap(({ apps }) => apps ?? []))]);
  const apps = await seenOf(store, { ...user, scope: null, apps: null }, named);
  const clients = await findOauthClients(store, [...new Set(all.flatMap(({ clientId }) => clientId ?? []))]);
  const clientOf = ({ clientId }: Authorization) => clients.find(({ id }) => id === clientId);
  return all.map((each) => presentAuthorization(each, { user, apps, client: clientOf(each), now: Date.now(), token }));
}

export async function showAuthorization(deps: { store: Store }, user: User, one: Authorization, token?: string) {
  const [shown] = await showAuthorizations(deps, user, [one], token);
  return shown!;
}
