// Dynos that wait for an engine which is stuck or away: their owners read of it, and a boot ends at its limit all the same.
import { R_CODES } from '../../model/error-codes.js';
import { isReleaseCommand, type Dyno } from '../../model/dyno.js';
import { listDynos } from '../../store/app/dynos.js';
import type { Deps } from '../deps.js';
import { announceRoute, say } from '../say.js';
import { recordCrash, tellCrash } from './record-crash.js';

export interface HeldUp {
  /** Looks once; to be called every second or so. `trouble` is the driver's. Throws when the store can't be asked. */
  look(trouble: string | undefined): Promise<void>;
}

type HeldUpDeps = Pick<Deps, 'store' | 'lines' | 'sizes' | 'bus' | 'node' | 'clock' | 'room' | 'bootTimeoutMs'>;

/** @param giveUp ends what is done with a dyno, without waiting for the engine */
export function openHeldUp(deps: HeldUpDeps, giveUp: (dynoId: string) => void): HeldUp {
  let told = new Map<string, Dyno>();

  async function wait(trouble: string): Promise<void> {
    const rows = await listDynos(deps.store, { node: deps.node });
    for (const row of rows.filter(isHeldUp)) {
      if (!told.has(row.id)) say(deps, row, waitText(row, trouble));
      told.set(row.id, row);
      if (isOverdue(row)) await fail(row, rows, trouble);
    }
  }

  /** One that waits for room waits for nothing else yet. */
  function isHeldUp(row: Dyno): boolean {
    return row.state === 'down' || (row.state === 'starting' && deps.room.begun(row) !== null);
  }

  /** A release command has a limit of its own, and is found again. */
  function isOverdue(row: Dyno): boolean {
    const begun = row.state === 'starting' && !isReleaseCommand(row.type) ? deps.room.begun(row) : null;
    return begun !== null && deps.clock.now() - begun > deps.bootTimeoutMs;
  }

  async function fail(dyno: Dyno, rows: Dyno[], trouble: string): Promise<void> {
    giveUp(dyno.id);
    const crashed = await recordCrash(deps.store, dyno, null, deps.clock.now());
    if (!crashed) return;
    // Whoever pushed reads this line.
    if (dyno.containerId === null) say(deps, dyno, `${R_CODES.R99}: ${shortText(trouble)}`);
    const serving = rows.find((other) => other.appId === dyno.appId && other.name === dyno.name && other.state === 'up');
    tellCrash(deps, { dyno, crashes: crashed.crashes, exit: null, serving });
    void announceRoute(deps, dyno.appId);
  }

  return {
    async look(trouble) {
      if (trouble !== undefined) return wait(trouble);
      for (const row of told.values()) say(deps, row, 'Docker answers again');
      told = new Map();
    },
  };
}

function waitText({ state }: Dyno, trouble: string): string {
  return `${shortText(trouble)}: this dyno's ${state === 'starting' ? 'start' : 'end'} waits until it answers again`;
}

function shortText(trouble: string): string {
  return /^\w+: stuck/.test(trouble) ? 'Docker is stuck' : "Docker can't be reached";
}
