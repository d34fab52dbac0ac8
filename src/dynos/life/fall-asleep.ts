// A dyno falls asleep: a row that sleeps takes its place, and what runs of it is to be stopped, as one step.
import type { Dyno } from '../../model/dyno.js';
import { deleteDyno, insertDyno, updateDyno } from '../../store/app/dynos.js';
import { inTransaction } from '../../store/open-store.js';
import type { Deps } from '../deps.js';
import type { Step } from '../plan.js';
import { say } from '../say.js';

const ASLEEP = { state: 'idle', containerId: null, host: null, port: null, crashes: 0, restartAt: null } as const;

/** Records it, and says so. Returns the dyno that is to be stopped, if one runs. */
export async function fallAsleep(deps: Deps, appId: string, { wanted, dyno, instead }: Step & { do: 'idle' }): Promise<Dyno | undefined> {
  const { store, node, clock } = deps;
  const { sleeping, ending } = await inTransaction(store, async (within) => {
    for (const { id } of instead) await deleteDyno(within, id);
    const down = dyno && (await updateDyno(within, dyno.id, { state: 'down' }));
    const row = await insertDyno(within, { ...wanted, ...ASLEEP, appId, node, createdAt: new Date(clock.now()) });
    return { sleeping: row, ending: down ?? undefined };
  });
  if (dyno) deps.failures.settle(dyno.id);
  say(deps, sleeping, 'Idling', `State changed from ${dyno?.state ?? 'crashed'} to down`);
  return ending;
}
