import type { Actor } from '../../model/user.js';
import { findApps } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';

/** What is said to a token that isn't good for what it is used for: its scope, and its apps, by those names that its user may know. */
export async function whyTokenMayNot({ store }: { store: Store }, { id, role, scope, apps }: Actor): Promise<string> {
  const told = `This token can't be used for that: its scope is ${scope?.join(', ')}`;
  if (apps === null) return `${told}.`;
  const seen = (await findApps(store, apps)).filter(({ ownerId }) => role === 'admin' || ownerId === id);
  return `${told}, for ${seen.length > 0 ? seen.map(({ name }) => name).join(', ') : 'apps that are gone'} only.`;
}
