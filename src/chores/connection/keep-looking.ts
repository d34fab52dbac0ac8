// Looks at repositories that apps are connected to as they become due, a few at once.
import type { Context } from '../../actions/context.js';
import { within } from '../../lib/async/within.js';
import { makeWake } from '../../lib/async/wake.js';
import { log } from '../../lib/log.js';
import type { FetchSettings } from '../../outbound/git.js';
import { lookAfterBuild, nextConnectionDue, takeDueConnection } from '../../store/connection/connections.js';
import { findBuild } from '../../store/build/builds.js';
import { look } from './look.js';

const AT_ONCE = 3;
/** Whoever takes one has come to an end by then. */
const LEASE_MS = 120_000;
/** What a lost publish didn't tell is found by looking. */
const AT_MOST_MS = 5_000;
const AT_LEAST_MS = 50;

/** Begins; returns the function that stops it. What it cuts off is looked at again. */
export function keepLooking(ctx: Context, git: FetchSettings): () => Promise<void> {
  const wake = makeWake();
  const stop = new AbortController();

  async function lookWhileDue(): Promise<void> {
    while (!stop.signal.aborted) {
      const due = await takeDueConnection(ctx.store, LEASE_MS);
      if (!due) return;
      await look({ ctx, git, signal: stop.signal }, due).catch((error: Error) => {
        if (!stop.signal.aborted) log('git-look-broken', { app: due.appId, error: error.stack ?? error.message });
      });
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const nextMs = await Promise.all(Array.from({ length: AT_ONCE }, lookWhileDue))
        .then(() => nextConnectionDue(ctx.store))
        .catch((error: Error) => void log('git-looks-wait', { error: error.message }));
      await wake.wait(Math.min(AT_MOST_MS, Math.max(AT_LEAST_MS, nextMs ?? AT_MOST_MS)));
    }
  }

  async function afterBuild(buildId: string): Promise<void> {
    const build = await findBuild(ctx.store, buildId);
    if (build && (await lookAfterBuild(ctx.store, build.appId))) wake.ring();
  }

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
