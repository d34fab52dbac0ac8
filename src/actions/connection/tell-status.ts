import type { Build } from '../../model/build/build.js';
import type { Store } from '../../store/open-store.js';
import { writeMessage } from '../../store/outbox/outbox.js';

/** Has the host told what a build has come to, in the transaction that decides it. Whoever writes it publishes `outbox-written`. */
export async function tellStatus(store: Store, { id, connectionId }: Pick<Build, 'id' | 'connectionId'>): Promise<void> {
  if (connectionId === null) return;
  await writeMessage(store, { topic: 'commit-status', payload: { buildId: id }, receiver: `git ${connectionId}`, lane: id });
}
