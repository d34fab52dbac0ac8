// A container that couldn't take what it was told, its files above all: a fault of ours, and nothing of the app has run.
import { removeContainer, type Exit } from '../../docker/dyno/dyno-container.js';
import { NOT_TAKEN } from '../../docker/dyno/dyno-spec.js';
import { readNotTaken } from '../../docker/dyno/waiting-dyno.js';
import { log } from '../../lib/log.js';
import type { Dyno } from '../../model/dyno.js';
import type { EngineParts } from './parts.js';

/** Whether that is how it ended. Then the container is removed, and dynos of its release have all in their image from now on. */
export async function couldNotTake(parts: EngineParts, dyno: Dyno, exit: Exit, containerId: string): Promise<boolean> {
  if (exit.status !== NOT_TAKEN) return false;
  const reason = await readNotTaken(parts.engine, containerId);
  if (reason === null) return false;
  log('not-taken', { app: dyno.appId, dyno: dyno.name, release: `v${dyno.releaseVersion}`, reason });
  parts.notTaken.add(dyno.releaseId);
  await removeContainer(parts.engine, containerId);
  return true;
}
