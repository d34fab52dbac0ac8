import type { Store } from '../store/open-store.js';
import { findUser } from '../store/people/users.js';

interface Named {
  id: string;
  email: string;
}

/** Reads the users of many things at once; the function returned gives each. One who is gone has no address. */
export async function usersById(store: Store, ids: string[]): Promise<(id: string) => Named> {
  const users = await Promise.all([...new Set(ids)].map((id) => findUser(store, id)));
  const known = new Map(users.flatMap((user) => (user ? [[user.id, user]] : [])));
  return (id) => known.get(id) ?? { id, email: 'unknown@localhost' };
}
