import type { Store } from '../store/open-store.js';
import { findUsers } from '../store/people/users.js';

interface Named {
  id: string;
  email: string;
}

/** Reads the users of many things at once; the function returned gives each. One who is gone has no address. */
export async function usersById(store: Store, ids: string[]): Promise<(id: string) => Named> {
  const users = await findUsers(store, [...new Set(ids)]);
  const known = new Map(users.map((user) => [user.id, user]));
  return (id) => known.get(id) ?? { id, email: 'unknown@users.invalid' };
}
