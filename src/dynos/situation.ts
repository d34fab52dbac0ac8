// Reads what `plan` compares: what runs from the driver, everything else from the store.
import { groupBy } from '../lib/group-by.js';
import { wantedDynos } from '../model/formation.js';
import { listDynos } from '../store/app/dynos.js';
import { listPendingReleases } from '../store/app/releases.js';
import { readWants, type AppWants } from '../store/app/wanted.js';
import type { Deps } from './deps.js';
import { isAway, isLate } from './is-away.js';
import type { Situation } from './plan.js';
import { readSilences } from './silences.js';
import type { TaskKind } from './tasks.js';

export interface AppSituation {
  appId: string;
  /** What its release is made of; null when nothing is to run. */
  wants: AppWants | null;
  situation: Situation;
}

/**
 * Looks at one app, or at all. Throws `docker: …` or `postgres: …` when one can't be asked: nothing is concluded then.
 * `busy` is what was under way before the look, and containers are read before rows: so a dyno that is seen without
 * its other half has really lost it.
 */
export async function lookAt(deps: Deps, busy: ReadonlyMap<string, TaskKind>, appId?: string): Promise<AppSituation[]> {
  const containers = await deps.driver.list(appId).catch(failed(deps.driver.name));
  const [rows, wants, pending] = await readRows(deps, appId).catch(failed('postgres'));
  const appIds = appId
    ? [appId]
    : unique(
        [...containers, ...rows].map((each) => each.appId),
        wants.map((each) => each.app.id),
      );
  const pendingReleases = new Set(pending.map((release) => release.id));
  const now = deps.clock.now();
  const silences = await readSilences(deps, wants, now).catch(failed('postgres'));
  const wantsOf = new Map(wants.map((each) => [each.app.id, each]));
  const rowsOf = groupBy(rows, (row) => row.appId);
  const containersOf = groupBy(containers, (container) => container.appId);
  return appIds.map((id) => {
    const own = wantsOf.get(id) ?? null;
    return {
      appId: id,
      wants: own,
      situation: {
        wanted: own ? wantedDynos(own.formation, own.release, own.slug.processTypes) : [],
        rows: rowsOf.get(id) ?? [],
        containers: containersOf.get(id) ?? [],
        busy,
        failed: deps.failures.exits,
        pendingReleases,
        cycle: deps.cycle(),
        sleep: silences.get(id),
        now,
      },
    };
  });
}

/** One after the other where all are looked at, now and then: each connection that is kept open for that takes 3 MB. */
async function readRows({ store }: Deps, appId: string | undefined) {
  if (appId) return Promise.all([listDynos(store, { appId }), readWants(store, appId), listPendingReleases(store)]);
  return [await listDynos(store), await readWants(store), await listPendingReleases(store)] as const;
}

function failed(what: string): (error: Error) => never {
  return (error) => {
    throw new Error(`${what}: ${isAway(error) && !isLate(error) ? 'not reachable' : error.message}`, { cause: error });
  };
}

function unique(...lists: string[][]): string[] {
  return [...new Set(lists.flat())];
}
