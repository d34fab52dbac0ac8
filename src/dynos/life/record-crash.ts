// A dyno has ended by itself: when it starts again, and what its owner reads.
import { countCrash, restartPauseMs, type Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { log } from '../../lib/log.js';
import { updateDyno } from '../../store/app/dynos.js';
import type { Store } from '../../store/open-store.js';
import type { Deps } from '../deps.js';
import type { Exit } from '../driver.js';
import { limitText } from './out-of-memory.js';
import { say } from '../say.js';

/** Records a crash; its row, or undefined when that is gone. `exit` is null for a dyno that never ran. */
export function recordCrash(store: Store, dyno: Dyno, exit: Exit | null, now: number): Promise<Dyno | undefined> {
  // A spare container ran before it was this dyno.
  const ranMs = Math.min(exit?.ranMs ?? 0, now - dyno.createdAt.getTime());
  const crashes = countCrash(dyno.crashes, ranMs);
  const restartAt = new Date(now + restartPauseMs(crashes));
  return updateDyno(store, dyno.id, { state: 'crashed', crashes, restartAt, restartAskedAt: null, host: null, port: null });
}

interface Crash {
  dyno: Dyno;
  crashes: number;
  exit: Exit | null;
  /** The dyno of its name that goes on, if there is one. */
  serving: Dyno | undefined;
}

/** Says that it crashed. */
export function tellCrash(deps: Pick<Deps, 'lines' | 'sizes'>, o: Crash): void {
  const { dyno, crashes, exit, serving } = o;
  const pauseS = restartPauseMs(crashes) / 1000;
  if (exit?.outOfMemory && exit.status === 137) say(deps, dyno, limitText(deps, dyno), R_CODES.R15);
  if (exit && exit.status !== null) say(deps, dyno, `Process exited with status ${exit.status}`);
  say(deps, dyno, `State changed from ${dyno.state} to crashed`);
  if (serving) say(deps, dyno, servingText(dyno, serving));
  if (pauseS > 0) say(deps, dyno, `Crashed ${crashes} times in a row, starts again in ${pauseS} seconds`);
  const about = { app: dyno.appId, dyno: dyno.name, release: `v${dyno.releaseVersion}` };
  log('crashed', { ...about, status: exit?.status, crashes, restartInS: pauseS });
}

function servingText(dyno: Dyno, serving: Dyno): string {
  const [crashed, serves] = [`v${dyno.releaseVersion}`, `v${serving.releaseVersion}`];
  if (crashed === serves) return 'The dyno before it goes on serving until a new one is up';
  return `${crashed} crashes; ${serves} goes on serving: fix it, or paas rollback`;
}
