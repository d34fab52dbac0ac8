// How long nobody has asked for the apps that may sleep, as routers tell it.
import { wantedDynos } from '../model/formation.js';
import { lostAfterMs, sleepers, sleepsAs } from '../model/run/sleep.js';
import { readTold } from '../store/app/activity.js';
import type { AppWants } from '../store/app/wanted.js';
import type { Deps } from './deps.js';
import type { Situation } from './plan.js';

type Sleep = NonNullable<Situation['sleep']>;

/** By app; those that never sleep aren't among them. Asks the store only where one may. */
export async function readSilences(deps: Deps, apps: AppWants[], now: number): Promise<Map<string, Sleep>> {
  const { idleAfterMs, sizes, store } = deps;
  const mayBeSleepers = apps.filter(({ formation }) => formation.some(({ type, size }) => type === 'web' && sleepsAs(size, sizes)));
  const named = mayBeSleepers.flatMap(({ app, formation, release, slug }): [string, Set<string>][] => {
    const names = sleepers(wantedDynos(formation, release, slug.processTypes), sizes);
    return names.size > 0 ? [[app.id, names]] : [];
  });
  if (named.length === 0) return new Map();
  const ids = named.map(([id]) => id);
  const told = await readTold(store, ids, new Date(now - lostAfterMs(idleAfterMs)));
  return new Map(
    named.map(([id, names]) => {
      const silence = { idleAfterMs, lastRequestAt: told.lastRequestAt.get(id) ?? null, toldSince: told.since };
      return [id, { names, silence }];
    }),
  );
}
