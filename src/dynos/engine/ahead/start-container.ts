// From the options of a dyno's container to one that runs.
import { removeContainer, type Running } from '../../../docker/dyno/dyno-container.js';
import type { OnNetwork } from '../../../docker/dyno/dyno-spec.js';
import { log } from '../../../lib/log.js';
import type { EngineParts, Started } from '../parts.js';
import { isAway } from '../../is-away.js';

/** A container that was created, and can be started. */
interface Startable {
  containerId: string;
  start(): Promise<Running>;
}

type Create<T> = (network: OnNetwork['network']) => Promise<T>;

/**
 * Starts what `create` makes in a spare network if there is one, which is sooner; in one of its own if not, or if that one has
 * just gone.
 */
export async function startContainer<T extends Startable>(
  parts: Pick<EngineParts, 'engine' | 'networks' | 'doors'>,
  { app, dyno }: { app: { id: string }; dyno: { name: string } },
  create: Create<T>,
): Promise<Started<T>> {
  const spare = parts.networks.spares.take();
  const { id: own } = await parts.networks.network();
  if (!spare) return start(parts, { app, create, network: own });
  return start(parts, { app, create, network: spare }).catch(async (error: Error) => {
    if (isAway(error)) throw error;
    log('spare-network-lost', { dyno: dyno.name, error: error.message });
    return start(parts, { app, create, network: own });
  });
}

async function start<T extends Startable>(
  parts: Pick<EngineParts, 'engine' | 'doors'>,
  { app, create, network }: { app: { id: string }; create: Create<T>; network: string },
): Promise<Started<T>> {
  const container = await create(network);
  try {
    const running = await container.start();
    if (running.isRunning && running.host === '') throw new Error('it has no address on its network');
    await parts.doors.admit(app.id, running.host);
    return { container, running };
  } catch (error) {
    if (!isAway(error)) await removeContainer(parts.engine, container.containerId);
    throw error;
  }
}
