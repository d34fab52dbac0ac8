// The end of a dyno whose client has gone: told three times, then ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { killContainer, type Exit } from '../../docker/dyno/dyno-container.js';
import { hangUpProcesses } from '../../docker/dyno/hang-up.js';
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { say } from '../say.js';
import type { OneOffParts } from './parts.js';

const TIMES = 3;

/** SIGHUP, three times, and SIGKILL for what is deaf to it. `ended` is how the container ends. */
export async function hangUp(
  deps: OneOffParts,
  dyno: Dyno,
  o: { containerId: string; ended: Promise<Exit>; everyMs: number },
): Promise<Exit> {
  for (let time = 1; time <= TIMES; time += 1) {
    say(deps, dyno, 'Client connection closed. Sending SIGHUP to all processes');
    await hangUpProcesses(deps.engine, o.containerId);
    const exit = await Promise.race([o.ended, sleep(o.everyMs, undefined, { ref: false })]);
    if (exit) return exit;
  }
  say(deps, dyno, R_CODES.R16, 'Stopping remaining processes with SIGKILL');
  await killContainer(deps.engine, o.containerId);
  return o.ended;
}
