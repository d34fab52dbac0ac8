// From a row of the store to a dyno that runs.
import type { Dyno } from '../../model/dyno.js';
import { updateDyno } from '../../store/app/dynos.js';
import { releaseConfigVars } from '../../store/app/releases.js';
import type { AppWants } from '../../store/app/wanted.js';
import type { Deps } from '../deps.js';
import type { Running } from '../driver.js';
import { say } from '../say.js';

/**
 * Prepares and starts a dyno, and records where it is; `again` when it was started before, but nothing of the app has run.
 * Throws `AbortError` if it isn't wanted any more, StackMissing.
 */
export async function launch(deps: Deps, dyno: Dyno, wants: AppWants, o: { signal: AbortSignal; again?: boolean }): Promise<Running> {
  const reads = [releaseConfigVars(deps.store, dyno.releaseId), deps.driver.prepare(dyno, wants)] as const;
  const [configVars, prepared] = await Promise.all(reads);
  o.signal.throwIfAborted();
  if (!o.again) say(deps, dyno, `Starting process with command \`${dyno.command}\``);
  const running = await prepared.start(configVars);
  await updateDyno(deps.store, dyno.id, { containerId: running.containerId, host: running.host });
  return running;
}
