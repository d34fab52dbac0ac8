// The end of a dyno: off the route, requests under way finished, SIGTERM to all, 30 s, SIGKILL; then nothing is left of it.
import { pause } from '../../lib/async/clock.js';
import { log } from '../../lib/log.js';
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { deleteDyno, updateDyno } from '../../store/app/dynos.js';
import type { Deps } from '../deps.js';
import type { Exit, Running } from '../driver.js';
import { announceRoute, say } from '../say.js';

const GRACE_MS = 30_000;
/** A container that SIGKILL hasn't ended by then is left to its removal. */
const KILLED_WITHIN_MS = 10_000;
/** Routers act on a change within this time of hearing it; without Redis they find it by themselves. */
const ROUTE_HEARD_MS = 150;
const ROUTE_FOUND_MS = 11_000;
/** Requests under way get this long before SIGTERM; longer ones are the app's to finish within its grace. */
const DRAIN_MS = 5_000;
const UNSEEN_DRAIN_MS = 1_000;
const LOOK_AGAIN_MS = 50;

/** Stops a dyno and deletes its row. Never throws: what isn't done is done at the next look. */
export async function stopDyno(deps: Deps, dyno: Dyno, containerId: string | null, signal: AbortSignal): Promise<void> {
  try {
    await takeOffRoute(deps, dyno);
    if (containerId) await stopContainer(deps, dyno, containerId, signal);
    if (signal.aborted) return;
    await deleteDyno(deps.store, dyno.id);
    log('stopped', { app: dyno.appId, dyno: dyno.name, release: `v${dyno.releaseVersion}` });
  } catch (error) {
    if (!signal.aborted) log('stop-failed', { app: dyno.appId, dyno: dyno.name, error: (error as Error).message });
  }
}

async function takeOffRoute(deps: Deps, dyno: Dyno): Promise<void> {
  if (dyno.state === 'down') return;
  await updateDyno(deps.store, dyno.id, { state: 'down' });
  say(deps, dyno, `State changed from ${dyno.state} to down`);
}

async function stopContainer(deps: Deps, dyno: Dyno, containerId: string, signal: AbortSignal): Promise<void> {
  const running = await deps.driver.find(containerId);
  if (running.isRunning && dyno.type === 'web') await drainRequests(deps, dyno, running, signal);
  if (running.isRunning && !signal.aborted) {
    say(deps, dyno, 'Stopping all processes with SIGTERM');
    const { status } = await endContainer(deps, dyno, containerId, signal);
    say(deps, dyno, `Process exited with status ${status ?? 'unknown'}`);
  }
  if (signal.aborted) return;
  await deps.driver.remove(containerId);
}

/** Waits until routers have heard, and then until no connection to the dyno is left. */
async function drainRequests(deps: Deps, dyno: Dyno, running: Running, signal: AbortSignal): Promise<void> {
  const isHeard = await announceRoute(deps, dyno.appId);
  await pause(deps.clock, isHeard ? ROUTE_HEARD_MS : ROUTE_FOUND_MS, signal);
  const since = deps.clock.now();
  for (let ms = 0; ms < DRAIN_MS && !signal.aborted; ms = deps.clock.now() - since) {
    if (!(await isBusy(running, dyno.port ?? 0, ms))) return;
    await pause(deps.clock, LOOK_AGAIN_MS, signal);
  }
}

/** Where sockets can't be seen, requests get the time that most need. */
async function isBusy(running: Running, port: number, sinceMs: number): Promise<boolean> {
  const sockets = await running.sockets();
  return sockets ? sockets.some((socket) => socket.port === port && socket.state === 'established') : sinceMs < UNSEEN_DRAIN_MS;
}

/** SIGTERM to all, and SIGKILL to what is left after the grace. Rejects with AbortError, or when the driver goes away. */
export async function endContainer(
  deps: Pick<Deps, 'driver' | 'lines' | 'clock'>,
  dyno: Pick<Dyno, 'appId' | 'name'>,
  containerId: string,
  signal: AbortSignal,
): Promise<Exit> {
  const ended = deps.driver.ended(containerId, signal);
  ended.catch(() => undefined);
  await deps.driver.terminate(containerId);
  const first = await Promise.race([ended, pause(deps.clock, GRACE_MS, signal)]);
  if (first) return first;
  if (!signal.aborted) {
    say(deps, dyno, R_CODES.R12, ...stillRunning(deps.driver.processes(containerId)), 'Stopping remaining processes with SIGKILL');
    await deps.driver.kill(containerId);
    const killed = await Promise.race([ended, pause(deps.clock, KILLED_WITHIN_MS, signal)]);
    if (!signal.aborted) return killed ?? { status: null, outOfMemory: false, ranMs: 0 };
  }
  return ended;
}

const MOST_NAMES = 10;

/** Which processes didn't end, as far as that can be seen. */
function stillRunning(names: string[] | null): string[] {
  if (!names || names.length === 0) return [];
  const more = names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [];
  return [`Still running: ${[...names.slice(0, MOST_NAMES), ...more].join(', ')}`];
}
