// Releases are carried out one after the other within an app, side by side across apps.
import { listPendingReleases, findReleaseById } from '../../store/app/releases.js';
import { carryOutRelease } from './carry-out-release.js';
import type { Deps } from '../deps.js';
import type { Reconciler } from '../reconcile.js';

export interface Releases {
  /** Carries a release out when those of its app before it have ended. Throws when the platform can't now. */
  inTurn(releaseId: string): Promise<void>;
  /** Takes up pending releases that nobody works on: their job was lost, or was given up while Docker was away. */
  catchUp(): Promise<void>;
  /** Leaves commands running. */
  close(): void;
}

/** Younger ones still have their job. */
const LEFT_ALONE_MS = 5_000;

/** The releases of this home. */
export function openReleases(deps: Deps, reconciler: Pick<Reconciler, 'reconcile'>): Releases {
  const closing = new AbortController();
  const working = new Set<string>();
  const lasts = new Map<string, Promise<void>>();

  async function inTurn(releaseId: string): Promise<void> {
    if (working.has(releaseId)) return;
    working.add(releaseId);
    try {
      const release = await findReleaseById(deps.store, releaseId);
      if (release) await afterOthers(release.appId, () => carryOutRelease(deps, reconciler, releaseId, closing.signal));
    } finally {
      working.delete(releaseId);
    }
  }

  async function afterOthers(appId: string, work: () => Promise<void>): Promise<void> {
    const mine = (lasts.get(appId) ?? Promise.resolve()).catch(() => undefined).then(work);
    lasts.set(appId, mine);
    try {
      await mine;
    } finally {
      if (lasts.get(appId) === mine) lasts.delete(appId);
    }
  }

  return {
    inTurn,
    async catchUp() {
      const now = deps.clock.now();
      const left = (await listPendingReleases(deps.store)).filter((release) => now - release.updatedAt.getTime() > LEFT_ALONE_MS);
      for (const release of left) inTurn(release.id).catch(() => undefined);
    },
    close: () => closing.abort(),
  };
}
