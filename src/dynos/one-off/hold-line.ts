// A one-off dyno and its client, from the wait for that one until both have ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { attachDyno, type Attached } from '../../docker/dyno/attach.js';
import { createDynoContainer, removeContainer, startDynoContainer, waitForExit, type Exit } from '../../docker/dyno/dyno-container.js';
import { aborted } from '../../lib/async/aborted.js';
import { log } from '../../lib/log.js';
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import { R_CODES } from '../../model/error-codes.js';
import { isAway } from '../is-away.js';
import { say } from '../say.js';
import type { OneOffParts } from './parts.js';
import { hangUp } from './hang-up.js';
import { passOn } from './pass-on.js';
import type { Limits, Run } from './run.js';
import type { Line } from './rendezvous/line.js';
import { comeUp, stopOneOff } from './steps.js';

interface Prepared {
  containerId: string;
  attached: Attached;
}

/** The container is made while the client is on its way, and started when it has come. */
export async function holdLine(
  deps: OneOffParts,
  run: Run,
  { spec, limits }: { spec: DynoSpec; limits: Limits },
): Promise<{ containerId: string; exit: Exit | null }> {
  const { dyno } = run;
  const hasTty = spec.attached?.hasTty ?? false;
  say(deps, dyno, 'Awaiting client');
  const spare = deps.networks.spares.take();
  const own = async () => (await deps.networks.network()).id;
  let prepared = await (spare ? prepare(deps, spec, spare).catch(inOwn) : prepare(deps, spec, await own()));
  const line = await comes(run, limits.comeWithinMs);
  if (!line) {
    if (!run.stopping.aborted && !run.closing.aborted) say(deps, dyno, R_CODES.R13);
    return { containerId: prepared.containerId, exit: null };
  }
  try {
    say(deps, dyno, `Starting process with command \`${dyno.command}\``);
    const ready = line.ready();
    const running = await start(prepared).catch(async (error: Error) => {
      if (!spare) throw error;
      await removeContainer(deps.engine, prepared.containerId);
      prepared = await inOwn(error);
      return start(prepared);
    });
    await ready;
    const exit = await passThrough(deps, run, { ...prepared, host: running.host, line, hasTty, limits });
    return { containerId: prepared.containerId, exit };
  } catch (error) {
    line.cut();
    throw error;
  }

  /** The spare network has just gone. */
  async function inOwn(error: Error): Promise<Prepared> {
    if (isAway(error)) throw error;
    log('spare-network-lost', { dyno: dyno.name, error: error.message });
    return prepare(deps, spec, await own());
  }

  async function start({ containerId }: Prepared) {
    const running = await startDynoContainer(deps.engine, containerId);
    await deps.doors.admit(spec.app.id, running.host);
    return running;
  }
}

async function prepare(deps: OneOffParts, spec: DynoSpec, network: string): Promise<Prepared> {
  const containerId = await createDynoContainer(deps.engine, { ...spec, network });
  return { containerId, attached: await attachDyno(deps.engine, containerId, spec.attached!) };
}

/** The client; null when it doesn't come in time, or nobody waits for it any more. */
async function comes({ dyno, line, stopping, closing }: Run, withinMs: number): Promise<Line | null> {
  const leftMs = Math.max(0, dyno.createdAt.getTime() + withinMs - Date.now());
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stopping, closing]);
  const late = sleep(leftMs, null, { signal }).catch(() => null);
  return Promise.race([line, late]).finally(() => over.abort());
}

interface Held extends Prepared {
  host: string;
  line: Line;
  hasTty: boolean;
  limits: Limits;
}

async function passThrough(deps: OneOffParts, run: Run, { containerId, attached, host, line, hasTty, limits }: Held): Promise<Exit> {
  const { dyno } = run;
  const ended = waitForExit(deps.engine, containerId, run.closing);
  ended.catch(() => undefined);
  const passing = passOn(line, attached, { hasTty, idleMs: limits.idleMs });
  const asked = Promise.race([passing.gone.then(() => 'gone' as const), aborted(run.stopping).then(() => 'stop' as const)]);
  await comeUp(deps, dyno, { containerId, host });
  const first = await Promise.race([ended, asked]);
  if (first === 'gone') return hangUp(deps, dyno, { containerId, ended, everyMs: limits.hangUpEveryMs });
  const exit = first === 'stop' ? await stopOneOff(deps, run, containerId, { hasTty }) : first;
  await passing.finish(exit.status);
  return exit;
}
