// The end of a build's container: it tidies up its volumes once its stdin ends. That can wait a moment, since the
// release has the machine first; but the app's next build can't wait for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningBuild } from '../../docker/build/build-container.js';
import { within } from '../../lib/async/within.js';

export interface Endings {
  /** Has the container of a build tidy up, soon or now, and removes it. Returns at once. */
  end(appId: string, run: RunningBuild, o: { now: boolean }): void;
  /** Has those of an app tidy up now; resolves when they have. */
  settle(appId: string): Promise<void>;
  /** The same for all apps. */
  stop(): Promise<void>;
}

interface Ending {
  appId: string;
  hurry: AbortController;
  ended: Promise<void>;
}

const SOON_MS = 1_000;
/** Deleting what a build has left may take a while, but not for ever. */
const TIDY_WITHIN_MS = 20_000;

export function openEndings(): Endings {
  const all = new Set<Ending>();

  async function tidy(run: RunningBuild, hurry: AbortSignal): Promise<void> {
    await Promise.race([run.ended, sleep(SOON_MS, undefined, { signal: hurry })]).catch(() => undefined);
    run.stdin.end();
    await within(TIDY_WITHIN_MS, run.ended).catch(() => undefined);
  }

  async function settle(endings: Ending[]): Promise<void> {
    for (const { hurry } of endings) hurry.abort();
    await Promise.all(endings.map(({ ended }) => ended));
  }

  return {
    end(appId, run, { now }) {
      const hurry = new AbortController();
      if (now) hurry.abort();
      const ended = tidy(run, hurry.signal);
      const ending = { appId, hurry, ended };
      all.add(ending);
      void ended
        .then(() => run.remove())
        .catch(() => undefined)
        .finally(() => all.delete(ending));
    },
    settle: (appId) => settle([...all].filter((ending) => ending.appId === appId)),
    stop: () => settle([...all]),
  };
}
