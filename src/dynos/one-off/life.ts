// The life of a one-off dyno: started, at most once, and seen through to its end; or found half done by a manager that took over.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDynoContainer,
  listDynoContainers,
  readExit,
  removeContainer,
  startDynoContainer,
  waitForExit,
  type DynoContainer,
  type Exit,
} from '../../docker/dyno/dyno-container.js';
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import { aborted } from '../../lib/async/aborted.js';
import { within } from '../../lib/async/within.js';
import { ChecksumError } from '../../model/build/checksum-error.js';
import { log } from '../../lib/log.js';
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { endOf, type OneOff } from '../../model/run/one-off.js';
import { deleteDyno } from '../../store/app/dynos.js';
import { findOneOff } from '../../store/app/one-offs.js';
import { inTransaction } from '../../store/open-store.js';
import { endRun } from '../../store/schedule/runs.js';
import { startContainer } from '../engine/ahead/start-container.js';
import { isAway, isLate } from '../is-away.js';
import { limitText } from '../life/out-of-memory.js';
import { NeverFits, NoRoom } from '../life/room.js';
import { say } from '../say.js';
import type { OneOffParts } from './parts.js';
import { holdLine } from './hold-line.js';
import { hangUp } from './hang-up.js';
import { comeUp, stopOneOff } from './steps.js';
import type { Limits, Run } from './run.js';
import { whatRuns } from './what-runs.js';

const TOLD_WITHIN_MS = 2_000;

/** Sees it through. Throws when the platform can't now: the next look takes it up again. */
export async function live(deps: OneOffParts, run: Run, o: { isFresh: boolean; limits: Limits }): Promise<void> {
  const { dyno } = run;
  const [oneOff, found] = await Promise.all([findOneOff(deps.store, dyno.id), o.isFresh ? undefined : find(deps, dyno)]);
  if (!oneOff) return;
  try {
    const ended = await (found && found.state !== 'created'
      ? goOn(deps, run, { oneOff, found, limits: o.limits })
      : begin(deps, run, { oneOff, found, limits: o.limits }));
    if (!run.closing.aborted) await finish(deps, dyno, ended);
  } catch (error) {
    // What went wrong may have been the network.
    if (!isAway(error) || isLate(error)) deps.networks.lookAgain();
    if (run.closing.aborted || isAway(error)) throw error;
    log('one-off-failed', { app: dyno.appId, dyno: dyno.name, error: (error as Error).message });
    say(deps, dyno, failureText(error));
    if (oneOff.attach) await within(TOLD_WITHIN_MS, tellClient(run, failureText(error)));
    const left = await find(deps, dyno);
    await finish(deps, dyno, { containerId: left?.containerId ?? null, exit: null });
  }
}

/** False when it isn't wanted any more: somebody asks for its end, or its client has left. */
async function hasRoom(deps: OneOffParts, { dyno, line, stopping, closing }: Run, isAttached: boolean): Promise<boolean> {
  const left = new AbortController();
  void line.then(({ gone }) => aborted(gone)).then(() => left.abort());
  const unwanted = AbortSignal.any([stopping, left.signal]);
  const tell = (text: string) => void line.then((client) => client.tell(text));
  await deps.room.take(dyno, AbortSignal.any([unwanted, closing]), isAttached ? tell : undefined).catch((error: unknown) => {
    if (!unwanted.aborted) throw error;
  });
  return !unwanted.aborted;
}

/** The client, which may be on its way, hears why there is nothing for it. */
async function tellClient({ line }: Run, text: string): Promise<void> {
  const client = await line;
  await client.tell(text);
  await client.end(1);
}

function failureText(error: unknown): string {
  if (error instanceof NeverFits || error instanceof NoRoom) return error.message;
  return error instanceof ChecksumError ? R_CODES.R17 : R_CODES.R99;
}

interface Ended {
  containerId: string | null;
  /** Null when nothing has run. */
  exit: Exit | null;
}

interface Known {
  oneOff: OneOff;
  found: DynoContainer | undefined;
  limits: Limits;
}

async function find(deps: OneOffParts, dyno: Dyno): Promise<DynoContainer | undefined> {
  return (await listDynoContainers(deps.engine, deps.homeId, dyno.appId)).find((each) => each.dynoId === dyno.id);
}

async function begin(deps: OneOffParts, run: Run, { oneOff, found, limits }: Known): Promise<Ended> {
  const { dyno } = run;
  if (found) await removeContainer(deps.engine, found.containerId);
  // One that was up and has no container has run, and its end was cut short.
  if (dyno.state !== 'starting' || !(await hasRoom(deps, run, oneOff.attach))) return { containerId: null, exit: null };
  const spec = await whatRuns(deps, dyno, oneOff);
  if (!spec) return { containerId: null, exit: null };
  if (oneOff.attach) return holdLine(deps, run, { spec, limits });
  return runDetached(deps, run, { spec, oneOff });
}

async function runDetached(deps: OneOffParts, run: Run, { spec, oneOff }: { spec: DynoSpec; oneOff: OneOff }): Promise<Ended> {
  const { dyno } = run;
  say(deps, dyno, `Starting process with command \`${dyno.command}\``);
  const { container, running } = await startContainer(deps, spec, async (network) => {
    const containerId = await createDynoContainer(deps.engine, { ...spec, network });
    return { containerId, start: () => startDynoContainer(deps.engine, containerId) };
  });
  const { containerId } = container;
  await comeUp(deps, dyno, { containerId, host: running.host });
  return { containerId, exit: await untilItsEnd(deps, run, { containerId, oneOff }) };
}

/** What an earlier manager has started: a detached one goes on, the client of an attached one was lost with that manager. */
async function goOn(deps: OneOffParts, run: Run, { oneOff, found, limits }: Known): Promise<Ended> {
  const { containerId, state } = found!;
  if (state === 'exited') return { containerId, exit: await readExit(deps.engine, containerId) };
  if (!oneOff.attach || run.stopping.aborted) return { containerId, exit: await untilItsEnd(deps, run, { containerId, oneOff }) };
  const ended = waitForExit(deps.engine, containerId, run.closing);
  ended.catch(() => undefined);
  return { containerId, exit: await hangUp(deps, run.dyno, { containerId, ended, everyMs: limits.hangUpEveryMs }) };
}

async function untilItsEnd(deps: OneOffParts, run: Run, o: { containerId: string; oneOff: OneOff }): Promise<Exit> {
  const { containerId } = o;
  const over = new AbortController();
  const ended = waitForExit(deps.engine, containerId, run.closing).finally(() => over.abort());
  const signal = AbortSignal.any([over.signal, run.stopping]);
  const endsAt = endOf(run.dyno, o.oneOff, deps.cycleAfterMs);
  const leftMs = endsAt === null ? null : Math.max(0, endsAt - Date.now());
  const late = leftMs === null ? aborted(signal) : sleep(leftMs, undefined, { signal, ref: false }).catch(() => undefined);
  const exit = await Promise.race([ended, late]);
  return exit ?? (over.signal.aborted ? ended : stopOneOff(deps, run, containerId));
}

/** What became of it, where a schedule has asked for it, is written with the end of its row. */
function forget({ store }: OneOffParts, dyno: Dyno, exit: Exit | null): Promise<void> {
  const reason = dyno.state === 'up' ? 'Its end was not seen.' : 'It did not start: see the log.';
  return inTransaction(store, async (within) => {
    await endRun(within, dyno.id, exit ? { status: exit.status } : { status: null, reason });
    await deleteDyno(within, dyno.id);
  });
}

/** The container goes first: without its row it would be taken for one that nobody knows. */
async function finish(deps: OneOffParts, dyno: Dyno, { containerId, exit }: Ended): Promise<void> {
  if (containerId) await deps.drainOutput(containerId);
  if (exit?.outOfMemory && exit.status === 137) say(deps, dyno, limitText(deps, dyno), R_CODES.R15);
  if (exit) say(deps, dyno, `Process exited with status ${exit.status ?? 'unknown'}`);
  say(deps, dyno, `State changed from ${exit || dyno.state === 'up' ? 'up' : 'starting'} to complete`);
  if (containerId) await removeContainer(deps.engine, containerId);
  await forget(deps, dyno, exit);
  log('complete', { app: dyno.appId, dyno: dyno.name, status: exit?.status });
}
