// Moments in the life of a one-off dyno, with a client or without.
import type { Exit } from '../../docker/dyno/dyno-container.js';
import { hangUpProcesses } from '../../docker/dyno/hang-up.js';
import type { Dyno } from '../../model/dyno.js';
import { oneOffRuns } from '../../store/app/one-offs.js';
import { endContainer } from '../life/stop.js';
import { say } from '../say.js';
import type { OneOffParts } from './parts.js';
import type { Run } from './run.js';

/** It runs: from now on it is found by its container. */
export async function comeUp(deps: OneOffParts, dyno: Dyno, where: { containerId: string; host: string }): Promise<void> {
  await oneOffRuns(deps.store, dyno.id, where);
  say(deps, dyno, 'State changed from starting to up');
}

/** What Heroku does to one that is stopped; a shell at a terminal only hears that the terminal goes. */
export async function stopOneOff(
  deps: OneOffParts,
  { dyno, closing }: Run,
  containerId: string,
  o: { hasTty: boolean } = { hasTty: false },
): Promise<Exit> {
  say(deps, dyno, 'Stopping all processes with SIGTERM');
  const ended = endContainer(deps, dyno, containerId, closing);
  if (o.hasTty) await hangUpProcesses(deps.engine, containerId).catch(() => undefined);
  return ended;
}
