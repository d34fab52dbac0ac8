// Carries plans out, one app at a time, until wanted and running agree. What takes long goes on in the background.
import { setMaxListeners } from 'node:events';
import { limit } from '../lib/async/limit.js';
import { log } from '../lib/log.js';
import type { Dyno } from '../model/dyno.js';
import { deleteDyno, updateDyno } from '../store/app/dynos.js';
import { inTransaction } from '../store/open-store.js';
import type { AppWants } from '../store/app/wanted.js';
import { boot, resumeBoot } from './life/boot.js';
import { fallAsleep } from './life/fall-asleep.js';
import type { Deps } from './deps.js';
import { plan, type Step } from './plan.js';
import { say } from './say.js';
import { insertLife, settleCrashes, type StartStep } from './settle-crashes.js';
import { lookAt, type AppSituation } from './situation.js';
import { endContainer, stopDyno } from './life/stop.js';
import { openTasks } from './tasks.js';

export interface Reconciler {
  /** Compares and starts what has to be done; dynos boot and stop after it has returned. Throws when it can't look. */
  reconcile(appId: string): Promise<void>;
  /** Looks at all apps at once and reconciles those that need it. Throws when it can't look. */
  sweep(): Promise<void>;
  /** Ends what is done with a dyno, whatever it waits for. */
  giveUp(dynoId: string): void;
  /** Leaves all dynos as they are and forgets about them. */
  close(): Promise<void>;
}

/** Each round settles what the one before brought to light; more than a few means that something else is wrong. */
const MOST_ROUNDS = 5;
/** What a sweep finds to do; whoever asks for one app has the engine and the store for it meanwhile. */
const APPS_AT_ONCE = 8;
/** What is left of dynos: while one is looked at and ended it holds connections. */
const REMOVALS_AT_ONCE = 8;
/** Longer timers would only wait for the sweep. */
const LONGEST_WAIT_MS = 600_000;

/** Keeps this home's dynos as they are wanted. */
export function openReconciler(deps: Deps): Reconciler {
  const running = new Map<string, { again: boolean; done: Promise<void> }>();
  const timers = new Map<string, () => void>();
  const removing = new Set<string>();
  const [inSweep, removals] = [limit(APPS_AT_ONCE), limit(REMOVALS_AT_ONCE)];
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const tasks = openTasks((appId) => quietly(reconcile(appId)));

  /** One at a time per app; a call during one makes it go round once more. */
  function reconcile(appId: string): Promise<void> {
    if (closing.signal.aborted) return Promise.resolve();
    const known = running.get(appId);
    if (known) {
      known.again = true;
      return known.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    entry.done = (async () => {
      do {
        entry.again = false;
        await converge(appId);
      } while (entry.again);
    })().finally(() => running.delete(appId));
    running.set(appId, entry);
    return entry.done;
  }

  async function converge(appId: string): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const [app] = await lookAt(deps, tasks.kinds(), appId);
      if (!app || app.situation.wanted.length === 0) void deps.driver.ahead.drop(appId);
      const steps = app ? plan(app.situation) : [];
      const crashes = steps.filter((step) => step.do === 'crash');
      if (app && crashes.length > 0) await settle(app, crashes);
      for (const step of steps) await runStep(appId, app?.wants ?? null, step);
      if (!steps.some((step) => step.do === 'crash' || step.do === 'forget')) return;
    }
  }

  async function settle({ appId, wants, situation }: AppSituation, crashes: (Step & { do: 'crash' })[]): Promise<void> {
    const { starts, again } = await settleCrashes(deps, appId, situation, crashes);
    for (const { row, step } of starts) if (wants) begin(row, wants, step);
    for (const dyno of again) await startOver(dyno, wants);
  }

  /** The same dyno, anew: nothing of the app has run in it. */
  async function startOver(dyno: Dyno, wants: AppWants | null): Promise<void> {
    if (wants?.release.id !== dyno.releaseId) return void (await deleteDyno(deps.store, dyno.id));
    const row = await updateDyno(deps.store, dyno.id, { state: 'starting', containerId: null, host: null });
    if (row) tasks.begin(row, 'booting', (signal) => boot(deps, row, wants, { signal, again: true }));
  }

  async function runStep(appId: string, wants: AppWants | null, step: Step): Promise<void> {
    switch (step.do) {
      case 'crash':
        return;
      case 'forget':
        return void (await deleteDyno(deps.store, step.dyno.id));
      case 'await':
        return tasks.begin(step.dyno, 'booting', (signal) => resumeBoot(deps, step.dyno, step.containerId, signal));
      case 'start':
        return wants ? start(appId, wants, step) : undefined;
      case 'idle':
        return idle(appId, step);
      case 'stop':
        await tasks.abort(step.dyno.id);
        deps.failures.settle(step.dyno.id);
        return tasks.begin(step.dyno, 'stopping', (signal) => stopDyno(deps, step.dyno, step.containerId, signal));
      case 'remove':
        return remove(appId, step.containerId);
      case 'wait':
        return wakeAt(appId, step.until);
    }
  }

  async function idle(appId: string, step: Step & { do: 'idle' }): Promise<void> {
    const { dyno, containerId } = step;
    if (dyno) await tasks.abort(dyno.id);
    const ending = await fallAsleep(deps, appId, step);
    if (ending) tasks.begin(ending, 'stopping', (signal) => stopDyno(deps, ending, containerId, signal));
    void deps.driver.ahead.drop(appId);
  }

  async function start(appId: string, wants: AppWants, step: StartStep): Promise<void> {
    begin(await inTransaction(deps.store, (store) => insertLife(deps, store, appId, step)), wants, step);
  }

  function begin(row: Dyno, wants: AppWants, { from, cycles }: StartStep): void {
    if (from === 'idle') say(deps, row, 'Unidling');
    if (from === 'up') say(deps, row, cycles ? 'Cycling' : 'Restarting');
    say(deps, row, `State changed from ${from === 'idle' ? 'down' : from} to starting`);
    tasks.begin(row, 'booting', (signal) => boot(deps, row, wants, { signal }));
  }

  function remove(appId: string, containerId: string): void {
    if (removing.has(containerId)) return;
    removing.add(containerId);
    const work = async () => {
      const exit = await deps.driver.exit(containerId);
      if (exit.isRunning)
        await endContainer({ ...deps, lines: { ...deps.lines, write: () => undefined } }, { appId, name: '' }, containerId, closing.signal);
      await deps.driver.remove(containerId);
    };
    quietly(removals(work).finally(() => removing.delete(containerId)));
  }

  function wakeAt(appId: string, until: number): void {
    timers.get(appId)?.();
    const ms = Math.min(until - deps.clock.now(), LONGEST_WAIT_MS);
    const wake = () => {
      timers.delete(appId);
      quietly(reconcile(appId));
    };
    timers.set(appId, deps.clock.after(ms, wake));
  }

  async function sweep(): Promise<void> {
    const apps = await lookAt(deps, tasks.kinds());
    const due = apps.filter(({ appId, situation }) => plan(situation).some((step) => step.do !== 'wait' || !timers.has(appId)));
    await Promise.all(due.map(({ appId }) => inSweep(() => reconcile(appId))));
  }

  return {
    reconcile,
    sweep,
    giveUp: tasks.giveUp,
    async close() {
      closing.abort();
      for (const cancel of timers.values()) cancel();
      await tasks.close();
    },
  };
}

function quietly(work: Promise<void>): void {
  work.catch((error: Error) => log('reconcile-failed', { error: error.message }));
}
