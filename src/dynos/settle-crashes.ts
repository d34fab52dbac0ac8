// Dynos that have ended by themselves: recorded together with what starts at once in their place, so that nobody ever sees
// an app between two lives of a dyno; requests that are held stay held.
import { randomInt } from 'node:crypto';
import type { Dyno } from '../model/dyno.js';
import { deleteDyno, insertDyno } from '../store/app/dynos.js';
import { inTransaction, type Store } from '../store/open-store.js';
import type { Deps } from './deps.js';
import type { Exit } from './driver.js';
import { plan, type Situation, type Step } from './plan.js';
import { recordCrash, tellCrash } from './life/record-crash.js';
import { announceRoute } from './say.js';

type CrashStep = Step & { do: 'crash' };
export type StartStep = Step & { do: 'start' };

export interface Settled {
  /** Rows of what starts in their place, not yet booted. */
  starts: { row: Dyno; step: StartStep }[];
  /** Those that nothing of the app has run in, through no fault of it. */
  again: Dyno[];
}

/** Records these crashes, and says so. */
export async function settleCrashes(deps: Deps, appId: string, situation: Situation, steps: CrashStep[]): Promise<Settled> {
  const ended: { dyno: Dyno; exit: Exit | null }[] = [];
  const again: Dyno[] = [];
  for (const { dyno, containerId } of steps) {
    const exit = await exitOf(deps, dyno, containerId);
    if (exit === 'running') continue;
    if (exit && containerId && (await deps.driver.wasNeverBegun(dyno, exit, containerId))) again.push(dyno);
    else ended.push({ dyno, exit });
  }
  const now = deps.clock.now();
  const { crashed, starts } = await inTransaction(deps.store, async (store) => {
    const rows = new Map<string, Dyno | undefined>();
    for (const { dyno, exit } of ended) rows.set(dyno.id, await recordCrash(store, dyno, exit, now));
    const after = situation.rows.flatMap((row) => (rows.has(row.id) ? (rows.get(row.id) ?? []) : row));
    const next = plan({ ...situation, rows: after, now }).filter((step) => step.do === 'start');
    const made = [];
    for (const step of next) made.push({ step, row: await insertLife(deps, store, appId, step) });
    return { crashed: rows, starts: made };
  });
  for (const { dyno, exit } of ended) {
    deps.failures.settle(dyno.id);
    const row = crashed.get(dyno.id);
    const serving = situation.rows.find((other) => other.name === dyno.name && other.id !== dyno.id && other.state === 'up');
    if (row) tellCrash(deps, { dyno, crashes: row.crashes, exit, serving });
  }
  if (ended.length > 0) void announceRoute(deps, appId);
  for (const { id } of again) deps.failures.settle(id);
  return { starts, again };
}

async function exitOf(deps: Deps, dyno: Dyno, containerId: string | null): Promise<Exit | null | 'running'> {
  const failure = deps.failures.exits.get(dyno.id);
  if (failure !== undefined || !containerId) return failure ?? null;
  const exit = await deps.driver.exit(containerId);
  return exit.isRunning ? 'running' : exit;
}

/** Ports that no program takes by itself: below the range of outgoing connections. */
const PORTS = { from: 10_000, to: 32_000 };

/** The row of a dyno that starts, in the place of crashed ones. */
export async function insertLife(
  deps: Pick<Deps, 'driver' | 'node' | 'clock'>,
  store: Store,
  appId: string,
  step: StartStep,
): Promise<Dyno> {
  const { wanted, crashes, instead } = step;
  for (const crashed of instead) await deleteDyno(store, crashed.id);
  const port = randomInt(PORTS.from, PORTS.to);
  const life = { state: 'starting', containerId: null, host: null, port, crashes, restartAt: null } as const;
  const id = deps.driver.ahead.claim(appId, wanted);
  return insertDyno(store, { ...(id && { id }), ...wanted, appId, node: deps.node, createdAt: new Date(deps.clock.now()), ...life });
}
