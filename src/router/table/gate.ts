// Chooses a dyno for a request: at random among those that are up, leave room and aren't in quarantine.
// Requests that must wait (for a boot, for room) wait here, first come first served.
import type { HCode } from '../../model/error-codes.js';
import type { Limits } from '../limits.js';
import { pick, type Route, type WebDyno } from './route-table.js';

export type Taken =
  /** `release` must be called once, when the request is over. */
  | { kind: 'dyno'; dyno: WebDyno; release: () => void }
  | { kind: 'refused'; code: HCode }
  /** Every dyno has been tried. */
  | { kind: 'exhausted' }
  /** The app is gone. */
  | { kind: 'unknown' }
  /** Nothing now; `code` is the answer should it stay so. */
  | { kind: 'wait'; code: HCode };

export interface Gate {
  /** Takes a place at a dyno that isn't among `tried`: at the preferred one, where that can have one more. */
  take(appId: string, tried: ReadonlySet<string>, preferred?: string): Taken;
  /** Like take, but waits where take says `wait`; null when the signal came first. */
  wait(
    appId: string,
    tried: ReadonlySet<string>,
    signal: AbortSignal,
    preferred?: string,
  ): Promise<Exclude<Taken, { kind: 'wait' }> | null>;
  /** Leaves a dyno alone for a while. */
  quarantine(appId: string, dyno: WebDyno): void;
  /** Whether a request waits for a dyno of it. */
  isAwaited(appId: string): boolean;
  /** Looks again for those who wait, for these apps or all: the route table has changed. */
  wake(appIds?: readonly string[]): void;
}

/** Looks again; whether it stays because there is nothing for anyone. */
type Waiter = () => boolean;

export interface GateParts {
  findApp(appId: string): Route | undefined;
  limits: Limits;
  random: () => number;
  /** Called whenever a request comes for an app that sleeps. */
  wakeUp?: (appId: string) => void;
  /** Whether the app sleeps now and then: the more may wait for it. */
  maySleep?: (route: Route) => boolean;
}

export function openGate({ findApp, limits, random, wakeUp = () => undefined, maySleep = () => false }: GateParts): Gate {
  const active = new Map<string, number>();
  const quarantined = new Map<string, NodeJS.Timeout>();
  const waiters = new Map<string, Set<Waiter>>();
  /** Apps that were woken, until those who have waited for it are served. */
  const woken = new Set<string>();

  function take(appId: string, tried: ReadonlySet<string>, preferred?: string): Taken {
    const route = findApp(appId);
    if (!route) return { kind: 'unknown' };
    const { decision } = route;
    if (decision.kind === 'refuse') return { kind: 'refused', code: decision.code };
    if (decision.kind === 'wake') wakeUp(appId);
    if (decision.kind !== 'dynos') return { kind: 'wait', code: 'H20' };
    const first = (preferred && decision.dynos.find(({ id }) => id === preferred)) || pick(decision.dynos, random)!;
    if (!tried.has(first.id) && isFree(first)) return occupy(appId, first);
    return takeAnother(
      appId,
      decision.dynos.filter((dyno) => !tried.has(dyno.id)),
    );
  }

  function takeAnother(appId: string, dynos: WebDyno[]): Taken {
    if (dynos.length === 0) return { kind: 'exhausted' };
    const sound = dynos.filter((dyno) => !quarantined.has(dyno.id));
    if (sound.length === 0) return { kind: 'wait', code: 'H99' };
    const dyno = pick(sound.filter(isFree), random);
    return dyno ? occupy(appId, dyno) : { kind: 'wait', code: 'H12' };
  }

  const isFree = (dyno: WebDyno) => !quarantined.has(dyno.id) && (active.get(dyno.id) ?? 0) < limits.activePerDyno;

  function occupy(appId: string, dyno: WebDyno): Taken {
    active.set(dyno.id, (active.get(dyno.id) ?? 0) + 1);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      const left = (active.get(dyno.id) ?? 1) - 1;
      if (left > 0) active.set(dyno.id, left);
      else active.delete(dyno.id);
      passPlace(appId);
    };
    return { kind: 'dyno', dyno, release };
  }

  // Each waiter tries at once and stays if there is still nothing; those in front take first.
  function wakeApp(appId: string): void {
    for (const look of waiters.get(appId) ?? []) look();
  }

  // The same for one place: where a waiter that has tried no dyno yet gets none, nobody behind it does.
  function passPlace(appId: string): void {
    for (const look of waiters.get(appId) ?? []) if (look()) return;
  }

  return {
    take(appId, tried, preferred) {
      const taken = take(appId, tried, preferred);
      return taken.kind === 'wait' && isFull(appId) ? { kind: 'refused', code: 'H11' } : taken;
    },
    wait(appId, tried, signal, preferred) {
      return new Promise((resolve) => {
        const line = waiters.get(appId) ?? new Set<Waiter>();
        waiters.set(appId, line);
        const timer = setTimeout(() => {
          const taken = take(appId, tried, preferred);
          end(taken.kind === 'wait' ? { kind: 'refused', code: taken.code } : taken);
        }, limits.holdMs);
        const look = () => {
          const taken = take(appId, tried, preferred);
          if (taken.kind !== 'wait') end(taken);
          return taken.kind === 'wait' && tried.size === 0;
        };
        const leave = () => end(null);
        line.add(look);
        signal.addEventListener('abort', leave);
        look();

        function end(result: Exclude<Taken, { kind: 'wait' }> | null): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          line.delete(look);
          if (line.size < limits.backlogPerDyno) woken.delete(appId);
          if (line.size === 0) waiters.delete(appId);
          resolve(result);
        }
      });
    },
    quarantine(appId, dyno) {
      clearTimeout(quarantined.get(dyno.id));
      const timer = setTimeout(() => {
        quarantined.delete(dyno.id);
        wakeApp(appId);
      }, limits.quarantineMs);
      quarantined.set(dyno.id, timer.unref());
    },
    isAwaited: (appId) => waiters.has(appId),
    wake(appIds = [...waiters.keys()]) {
      for (const appId of appIds) wakeApp(appId);
    },
  };

  // While none is up, the backlog is that of one; that of an app that is being woken is deep, and so it is for those who come
  // while the others are served.
  function isFull(appId: string): boolean {
    const route = findApp(appId);
    const running = route?.decision.kind === 'dynos' ? route.decision.dynos.length : 0;
    if (running === 0 && route && maySleep(route)) woken.add(appId);
    const most = woken.has(appId) ? limits.backlogAsleep : limits.backlogPerDyno * Math.max(1, running);
    return (waiters.get(appId)?.size ?? 0) >= most;
  }
}
