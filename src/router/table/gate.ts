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
  /** Takes a place at a dyno that isn't among `tried`. */
  take(name: string, tried: ReadonlySet<string>): Taken;
  /** Like take, but waits where take says `wait`; null when the signal came first. */
  wait(name: string, tried: ReadonlySet<string>, signal: AbortSignal): Promise<Exclude<Taken, { kind: 'wait' }> | null>;
  /** Leaves a dyno alone for a while. */
  quarantine(name: string, dyno: WebDyno): void;
  /** Looks again for those who wait: the route table has changed. */
  wake(): void;
}

type Waiter = () => void;

export interface GateParts {
  find(name: string): Route | undefined;
  limits: Limits;
  random: () => number;
}

export function openGate({ find, limits, random }: GateParts): Gate {
  const active = new Map<string, number>();
  const quarantined = new Map<string, NodeJS.Timeout>();
  const waiters = new Map<string, Set<Waiter>>();

  function take(name: string, tried: ReadonlySet<string>): Taken {
    const route = find(name);
    if (!route) return { kind: 'unknown' };
    const { decision } = route;
    if (decision.kind === 'refuse') return { kind: 'refused', code: decision.code };
    if (decision.kind === 'hold') return { kind: 'wait', code: 'H20' };
    const first = pick(decision.dynos, random)!;
    if (!tried.has(first.id) && isFree(first)) return occupy(name, first);
    return takeAnother(
      name,
      decision.dynos.filter((dyno) => !tried.has(dyno.id)),
    );
  }

  function takeAnother(name: string, dynos: WebDyno[]): Taken {
    if (dynos.length === 0) return { kind: 'exhausted' };
    const sound = dynos.filter((dyno) => !quarantined.has(dyno.id));
    if (sound.length === 0) return { kind: 'wait', code: 'H99' };
    const dyno = pick(sound.filter(isFree), random);
    return dyno ? occupy(name, dyno) : { kind: 'wait', code: 'H12' };
  }

  const isFree = (dyno: WebDyno) => !quarantined.has(dyno.id) && (active.get(dyno.id) ?? 0) < limits.activePerDyno;

  function occupy(name: string, dyno: WebDyno): Taken {
    active.set(dyno.id, (active.get(dyno.id) ?? 0) + 1);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      const left = (active.get(dyno.id) ?? 1) - 1;
      if (left > 0) active.set(dyno.id, left);
      else active.delete(dyno.id);
      wakeApp(name);
    };
    return { kind: 'dyno', dyno, release };
  }

  // Each waiter tries at once and stays if there is still nothing; those in front take first.
  function wakeApp(name: string): void {
    for (const look of waiters.get(name) ?? []) look();
  }

  return {
    take(name, tried) {
      const taken = take(name, tried);
      return taken.kind === 'wait' && isFull(name) ? { kind: 'refused', code: 'H11' } : taken;
    },
    wait(name, tried, signal) {
      return new Promise((resolve) => {
        const line = waiters.get(name) ?? new Set<Waiter>();
        waiters.set(name, line);
        const timer = setTimeout(() => {
          const taken = take(name, tried);
          end(taken.kind === 'wait' ? { kind: 'refused', code: taken.code } : taken);
        }, limits.holdMs);
        const look = () => {
          const taken = take(name, tried);
          if (taken.kind !== 'wait') end(taken);
        };
        const leave = () => end(null);
        line.add(look);
        signal.addEventListener('abort', leave);
        look();

        function end(result: Exclude<Taken, { kind: 'wait' }> | null): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          line.delete(look);
          if (line.size === 0) waiters.delete(name);
          resolve(result);
        }
      });
    },
    quarantine(name, dyno) {
      clearTimeout(quarantined.get(dyno.id));
      const timer = setTimeout(() => {
        quarantined.delete(dyno.id);
        wakeApp(name);
      }, limits.quarantineMs);
      quarantined.set(dyno.id, timer.unref());
    },
    wake() {
      for (const name of waiters.keys()) wakeApp(name);
    },
  };

  // While none is up, the backlog is that of one.
  function isFull(name: string): boolean {
    const decision = find(name)?.decision;
    const running = decision?.kind === 'dynos' ? decision.dynos.length : 0;
    return (waiters.get(name)?.size ?? 0) >= limits.backlogPerDyno * Math.max(1, running);
  }
}
