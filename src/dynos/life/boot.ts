// The life of a dyno up to `up`: launched, listening; then the route is its own.
import { pause } from '../../lib/async/clock.js';
import { timeLimit } from '../../lib/async/time-limit.js';
import { log } from '../../lib/log.js';
import { ChecksumError } from '../../model/build/checksum-error.js';
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { listDynos, updateDyno } from '../../store/app/dynos.js';
import { inTransaction } from '../../store/open-store.js';
import type { AppWants } from '../../store/app/wanted.js';
import type { Deps } from '../deps.js';
import type { Exit, Running, Socket } from '../driver.js';
import { isAway, isLate } from '../is-away.js';
import { launch } from './launch.js';
import { NeverFits } from './room.js';
import { checkText, readiness, type NotReady } from './ready.js';
import { announceRoute, say } from '../say.js';

/** How long one whose start met a fault that passes is left alone. */
const AWAY_MS = 1_000;
/** A dyno that SIGKILL doesn't end by then is told as one whose status nobody knows. */
const KILLED_WITHIN_MS = 10_000;

/** Starts a dyno whose row says `starting` and sees it through to `up`, or tells that it failed. `again` as launch has it. Never throws. */
export function boot(deps: Deps, dyno: Dyno, wants: AppWants, o: { signal: AbortSignal; again?: boolean }): Promise<void> {
  const { signal } = o;
  return guard(deps, dyno, signal, async () => {
    await deps.room.take(dyno, signal);
    const running = await deps.launching(() => launch(deps, dyno, wants, o));
    await seeThrough(deps, dyno, running, signal);
  });
}

/** The second half alone: for a container that an earlier manager started. Never throws. */
export function resumeBoot(deps: Deps, dyno: Dyno, containerId: string, signal: AbortSignal): Promise<void> {
  return guard(deps, dyno, signal, async () => {
    const running = await deps.driver.find(containerId);
    await updateDyno(deps.store, dyno.id, { containerId, host: running.host });
    await seeThrough(deps, dyno, running, signal);
  });
}

async function seeThrough(deps: Deps, dyno: Dyno, running: Running, signal: AbortSignal): Promise<void> {
  const watching = new AbortController();
  const stop = () => watching.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const exit = deps.driver.dies(running.containerId, watching.signal);
    const outcome = await Promise.race([exit, readiness(deps, dyno, running, watching.signal)]);
    if (signal.aborted) return;
    if (outcome === 'ready') await comeUp(deps, dyno, running);
    else deps.failures.failed(dyno.id, 'got' in outcome ? await timeOut(deps, dyno, running, outcome, signal) : outcome);
    exit.catch(() => undefined);
  } finally {
    signal.removeEventListener('abort', stop);
    watching.abort();
  }
}

async function comeUp(deps: Deps, dyno: Dyno, running: Running): Promise<void> {
  const isUp = await inTransaction(deps.store, async (store) => {
    const updated = await updateDyno(store, dyno.id, { state: 'up', crashes: dyno.crashes });
    if (!updated) return false;
    const older = (await listDynos(store, { appId: dyno.appId })).filter(
      (row) => row.name === dyno.name && row.id !== dyno.id && row.state === 'up',
    );
    for (const row of older) await updateDyno(store, row.id, { state: 'down' });
    return true;
  });
  if (!isUp) return;
  void announceRoute(deps, dyno.appId);
  deps.driver.ahead.prepareSoon(dyno.appId);
  say(deps, dyno, 'State changed from starting to up');
  log('up', {
    app: dyno.appId,
    dyno: dyno.name,
    release: `v${dyno.releaseVersion}`,
    ms: deps.clock.now() - dyno.createdAt.getTime(),
    bootMs: deps.clock.now() - running.startedAt,
  });
}

async function timeOut(deps: Deps, dyno: Dyno, running: Running, { got }: NotReady, signal: AbortSignal): Promise<Exit> {
  const text = R_CODES.R10.replace('60 seconds', `${deps.bootTimeoutMs / 1000} seconds`);
  const why = got ? checkText(got) : await listensText(dyno, running);
  say(deps, dyno, text, ...(why ? [why] : []));
  say(deps, dyno, 'Stopping process with SIGKILL');
  await deps.driver.kill(running.containerId);
  const killed = timeLimit(signal, KILLED_WITHIN_MS);
  return deps.driver
    .ended(running.containerId, killed.signal)
    .catch(() => ({ status: null, outOfMemory: false, ranMs: 0 }))
    .finally(killed.clear);
}

async function listensText(dyno: Dyno, running: Running): Promise<string | null> {
  const listeners = await listening(running);
  const places = [...new Set(listeners.map(({ address, port }) => `${address}:${port}`))].join(', ');
  return places === ''
    ? null
    : `The process listens on ${places} instead of 0.0.0.0:${dyno.port}. Bind to 0.0.0.0 and to the port in $PORT.`;
}

/** What listens in it, but for Docker's own name server. Empty where that can't be seen. */
async function listening(running: Running): Promise<Socket[]> {
  return ((await running.sockets()) ?? []).filter(({ state, address }) => state === 'listening' && address !== '127.0.0.11');
}

/** Tells faults of the app from faults of the platform, and those that pass by themselves from those to be told. */
async function guard(deps: Deps, dyno: Dyno, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) return;
    log('boot-failed', { app: dyno.appId, dyno: dyno.name, release: `v${dyno.releaseVersion}`, error: (error as Error).message });
    // What is there is found again, by a look at rows and containers, when the driver or the store are back.
    if (isAway(error) && !isLate(error)) return void (await pause(deps.clock, AWAY_MS, signal));
    say(deps, dyno, failureText(error));
    deps.failures.failed(dyno.id, null);
  }
}

function failureText(error: unknown): string {
  if (error instanceof NeverFits) return error.message;
  if (error instanceof ChecksumError) return checksumText(error);
  return isLate(error) ? `${R_CODES.R99}: Docker took too long, which is no fault of the app` : R_CODES.R99;
}

function checksumText(error: ChecksumError): string {
  return `${R_CODES.R17} Expected: SHA256:${error.expected} Actual: SHA256:${error.actual}`;
}
