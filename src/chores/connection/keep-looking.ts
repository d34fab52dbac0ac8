// Looks at repositories that apps are connected to as they become due, a few at once.
import type { Context } from '../../actions/context.js';
import { within } from '../../lib/async/within.js';
import { makeWake } from '../../lib/async/wake.js';
import { log } from '../../lib/log.js';
import type { GitConnection } from '../../model/connection/connection.js';
import type { FetchSettings } from '../../outbound/git.js';
import { giveBackConnection, lookAfterBuild, nextConnectionDue, takeDueConnection, type Busy } from '../../store/connection/connections.js';
import { findBuild } from '../../store/build/builds.js';
import { look } from './look.js';

const AT_ONCE = 6;
/** Of one user's: a host that says nothing for as long as it may delays nobody else's. */
const AT_ONCE_OF_USER = 2;
/** Whoever takes one has come to an end by then. */
const LEASE_MS = 120_000;
/** What a lost publish didn't tell is found by looking. */
const AT_MOST_MS = 10_000;
const AT_LEAST_MS = 50;

/** Begins; returns the function that stops it. What it cuts off is looked at again. */
export function keepLooking(ctx: Context, git: FetchSettings): () => Promise<void> {
  const wake = makeWake();
  const stop = new AbortController();
  const underWay = new Map<GitConnection, Promise<void>>();

  function busy(): Busy {
    const taken = [...underWay.keys()];
    const countOf = (userId: string) => taken.filter((each) => each.userId === userId).length;
    return {
      ids: taken.map(({ id }) => id),
      userIds: taken.map(({ userId }) => userId).filter((userId) => countOf(userId) >= AT_ONCE_OF_USER),
    };
  }

  function begin(due: GitConnection): void {
    const looking = look({ ctx, git, signal: stop.signal }, due)
      .catch(async (error: Error) => {
        if (stop.signal.aborted) return giveBackConnection(ctx.store, due.id);
        log('git-look-broken', { app: due.appId, error: error.stack ?? error.message });
      })
      .catch((error: Error) => log('git-looks-wait', { error: error.message }))
      .finally(() => {
        underWay.delete(due);
        wake.ring();
      });
    underWay.set(due, looking);
  }

  /** Begins what is due, as far as there is room; returns in how many ms there may be more. */
  async function beginDue(): Promise<number | null> {
    while (!stop.signal.aborted && underWay.size < AT_ONCE) {
      const due = await takeDueConnection(ctx.store, busy(), LEASE_MS);
      if (!due) return nextConnectionDue(ctx.store, busy());
      begin(due);
    }
    return null;
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const nextMs = await beginDue().catch((error: Error) => void log('git-looks-wait', { error: error.message }));
      await wake.wait(Math.min(AT_MOST_MS, Math.max(AT_LEAST_MS, nextMs ?? AT_MOST_MS)));
    }
    await Promise.all(underWay.values());
  }

  async function afterBuild(buildId: string): Promise<void> {
    const build = await findBuild(ctx.store, buildId);
    if (build && (await lookAfterBuild(ctx.store, build.appId))) wake.ring();
  }

  ctx.bus.onReconnect(wake.ring);
  const ended = run();
  const fault = (error: Error) => log('git-looks-wait', { error: error.message });
  const listening = [
    ctx.bus.subscribe('git-look-due', wake.ring),
    ctx.bus.subscribe('build-finished', ({ buildId }) => void afterBuild(buildId).catch(fault)),
  ].map((each) => each.catch((error: Error) => void fault(error)));
  return async () => {
    stop.abort();
    wake.ring();
    await within(2_000, ended);
    for (const each of listening) (await within(500, each))?.();
  };
}
