// A dyno has ended by itself: what its owner reads, and when it starts again.
import { countCrash, restartPauseMs, type Dyno } from '../model/dyno.js';
import { R_CODES } from '../model/error-codes.js';
import { listDynos, updateDyno } from '../store/dynos.js';
import type { Exit } from '../docker/dyno-container.js';
import { log } from '../lib/log.js';
import type { Deps } from './deps.js';
import { memoryText } from './out-of-memory.js';
import { announceRoute, say } from './say.js';

/** Records a crash and says it. `exit` is null for a dyno that never ran. */
export async function recordCrash(deps: Deps, dyno: Dyno, exit: Exit | null): Promise<void> {
  const now = Date.now();
  // A spare container ran before it was this dyno.
  const ranMs = Math.min(exit?.ranMs ?? 0, now - dyno.createdAt.getTime());
  const crashes = countCrash(dyno.crashes, ranMs);
  const pauseMs = restartPauseMs(crashes);
  const recorded = await updateDyno(deps.store, dyno.id, { state: 'crashed', crashes, restartAt: new Date(now + pauseMs), host: null, port: null });
  if (!recorded) return;
  if (exit?.outOfMemory && exit.status === 137) say(deps, dyno, memoryText(dyno), R_CODES.R15);
  if (exit && exit.status !== null) say(deps, dyno, `Process exited with status ${exit.status}`);
  say(deps, dyno, `State changed from ${dyno.state} to crashed`);
  const older = (await listDynos(deps.store, { appId: dyno.appId })).find((row) => row.name === dyno.name && row.state === 'up');
  if (older) say(deps, dyno, `The dyno of v${older.releaseVersion} stays up until one of v${dyno.releaseVersion} is`);
  if (pauseMs > 0) say(deps, dyno, `Crashed ${crashes} times in a row, starts again in ${pauseMs / 1000} seconds`);
  log('crashed', { app: dyno.appId, dyno: dyno.name, release: `v${dyno.releaseVersion}`, status: exit?.status, crashes, restartInS: pauseMs / 1000 });
  void announceRoute(deps, dyno.appId);
}
