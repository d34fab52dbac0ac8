// Ends builds whose builder died: looked for often while there are builds, of which builders tell.
import type { Context } from '../actions/context.js';
import { failLostBuilds } from '../actions/build/fail-lost-builds.js';
import { keepDoing } from '../lib/async/keep-doing.js';
import { makeWake } from '../lib/async/wake.js';
import { log } from '../lib/log.js';
import { listPendingBuilds } from '../store/build/builds.js';

const LOOK_MS = 5_000;
/** What a lost publish didn't tell is found by looking. */
const QUIET_LOOK_MS = 60_000;

/** Begins; returns the function that stops it. */
export function keepEndingLost(ctx: Context): () => void {
  const wake = makeWake();
  let isStopped = false;
  let unsubscribe: (() => void) | undefined;
  ctx.bus.subscribe('build-started', wake.ring).then(
    (end) => (isStopped ? end() : (unsubscribe = end)),
    (error: Error) => log('chore-failed', { chore: 'lost-builds', error: error.message }),
  );
  const stop = keepDoing(
    'end lost builds',
    LOOK_MS,
    async () => {
      await failLostBuilds(ctx);
      return (await listPendingBuilds(ctx.store)).length > 0 ? LOOK_MS : QUIET_LOOK_MS;
    },
    wake,
  );
  return () => {
    isStopped = true;
    unsubscribe?.();
    stop();
  };
}
