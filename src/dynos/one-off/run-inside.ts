// A command inside a dyno that is up, with its client at its input and output. The dyno goes on when either ends.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { execInDyno, signalInside, type Inside } from '../../docker/dyno/exec-dyno.js';
import { log } from '../../lib/log.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Dyno } from '../../model/dyno.js';
import type { OneOffParts } from './parts.js';
import { passOn } from './pass-on.js';
import type { Line } from './rendezvous/line.js';
import type { Limits } from './run.js';
import { whatRuns } from './what-runs.js';

interface Wish {
  dyno: Dyno;
  command: string;
  env: ConfigVars;
  hasTty: boolean;
  line: Line;
  limits: Limits;
}

const HANG_UP_TIMES = 3;
/** Its output ends a moment before its status is known. */
const LOOK_EVERY_MS = 20;
const LOOK_TIMES = 250;

/** Runs it, and sees it through. Throws when the platform can't; then the client has gone. */
export async function runInside(deps: OneOffParts, o: Wish): Promise<void> {
  try {
    await run(deps, o);
  } finally {
    o.line.cut();
  }
}

async function run(deps: OneOffParts, { dyno, command, env, hasTty, line, limits }: Wish): Promise<void> {
  const { containerId } = dyno;
  const spec = containerId && (await whatRuns(deps, { ...dyno, command }, { env }));
  if (!spec || !containerId) return;
  const mark = randomUUID();
  const [inside] = await Promise.all([execInDyno(deps.engine, containerId, { spec, hasTty, mark }), line.ready()]);
  const closed = new Promise<'closed'>((resolve) => inside.output.once('close', () => resolve('closed')));
  const passing = passOn(line, inside, { hasTty, idleMs: limits.idleMs });
  const first = await Promise.race([closed, passing.gone.then(() => 'gone' as const)]);
  if (first === 'gone') await hangUp(deps, { containerId, mark, closed, everyMs: limits.hangUpEveryMs });
  else await passing.finish(await statusOf(inside));
  log('inside-complete', { app: dyno.appId, dyno: dyno.name, by: first });
}

async function statusOf(inside: Inside): Promise<number | null> {
  for (let look = 0; look < LOOK_TIMES; look += 1) {
    const status = await inside.readStatus();
    if (status !== null) return status;
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}

async function hangUp(
  deps: OneOffParts,
  o: { containerId: string; mark: string; closed: Promise<unknown>; everyMs: number },
): Promise<void> {
  for (let time = 1; time <= HANG_UP_TIMES; time += 1) {
    await signalInside(deps.engine, o.containerId, { signal: 'HUP', mark: o.mark });
    if (await Promise.race([o.closed, sleep(o.everyMs, null, { ref: false })])) return;
  }
  await signalInside(deps.engine, o.containerId, { signal: 'KILL', mark: o.mark });
}
