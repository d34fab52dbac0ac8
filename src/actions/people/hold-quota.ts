// Nobody gets more than the operator lets a user have, also when they ask for it many times at once.
import { overQuota, type Quotas } from '../../model/quotas.js';
import { holdUser, readUsage } from '../../store/people/quota-usage.js';
import type { Store } from '../../store/open-store.js';

export interface Quota {
  /** How much more the owner may have. */
  left(): Promise<number>;
  /** Throws `invalid_params` when the owner can't have so much more. */
  check(more: number): Promise<void>;
}

const NONE: Quota = { left: async () => Infinity, check: async () => undefined };

/** The quota of an owner, held until the transaction ends; to be called before anything else is locked in it. */
export async function holdQuota(store: Store, quotas: Quotas | undefined, kind: keyof Quotas, ownerId: string): Promise<Quota> {
  const most = quotas?.[kind] ?? 0;
  if (most === 0) return NONE;
  const owner = await holdUser(store, ownerId);
  if (!owner || owner.role === 'admin') return NONE;
  const left = async () => most - (await readUsage(store, kind, ownerId));
  return {
    left,
    async check(more) {
      if (more > (await left())) throw overQuota(kind, most);
    },
  };
}
