import type { Authorization, User } from '../model/user.js';
import { findApps } from '../store/app/apps.js';
import type { Store } from '../store/open-store.js';
import { presentAuthorization } from './present/account/authorization.js';

/** Tokens of a user, with those of their apps that the user may know. */
export async function showAuthorizations({ store }: { store: Store }, user: User, all: Authorization[], token?: string) {
  const named = await findApps(store, [...new Set(all.flatMap(({ apps }) => apps ?? []))]);
  const apps = named.filter(({ ownerId }) => user.role === 'admin' || ownerId === user.id);
  return all.map((each) => presentAuthorization(each, { user, apps, now: Date.now(), token }));
}

export async function showAuthorization(deps: { store: Store }, user: User, one: Authorization, token?: string) {
  const [shown] = await showAuthorizations(deps, user, [one], token);
  return shown!;
}
