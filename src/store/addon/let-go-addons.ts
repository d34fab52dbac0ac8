// An app is about to go: the add-ons that it is billed for go too, and their providers are told, in the same transaction.
import { sql } from 'kysely';
import type { Store } from '../open-store.js';
import { writeMessage } from '../outbox/outbox.js';

export async function letGoAddons(store: Store, appId: string): Promise<void> {
  const gone = await store.db
    .updateTable('addons')
    .set({ state: 'deprovisioning', wantedPlanId: null, updatedAt: sql<Date>`now()` })
    .where('appId', '=', appId)
    .where('state', 'in', ['provisioning', 'provisioned'])
    .returning(['id', 'serviceId'])
    .execute();
  for (const { id, serviceId } of gone)
    await writeMessage(store, { topic: 'addon', payload: { addonId: id }, receiver: `provider ${serviceId}`, lane: id });
}
