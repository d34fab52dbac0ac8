import type { Actor } from '../../model/user.js';
import { seenOf } from './may-on.js';
import { findApps } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';

/** What is said to a token that isn't good for what it is used for: its scope, and its apps, by those names that its user may know. */
export async function whyTokenMayNot({ store }: { store: Store }, { scope, apps, ...user }: Actor): Promise<string> {
  const told = `This token can't be used for that: its scope is ${scope?.join(', ')}`;
  if (apps === null) return `${told}.`;
  const seen = await seenOf(store, { ...user, scope: null, apps: null }, await findApps(store, apps));
  return `${told}, for ${seen.length > 0 ? seen.map(({ name }) => name).join(', ') : 'apps that are gone'} only.`;
}
