// GET /healthz: 200 when every process and store is up, else 503 naming what isn't. Needs no token.
import type { Middleware } from 'koa';
import { readPulses, type Pulse } from '../bus/pulse.js';
import type { Bus } from '../bus/open-bus.js';
import { within } from '../lib/async/within.js';
import type { OpenStore } from '../store/open-store.js';

const PROCESSES = ['web', 'builder', 'dynos', 'logplex', 'router', 'providers'];
const READ_LIMIT_MS = 2_000;

export interface Health {
  status: 'ok' | 'unavailable';
  /** One line for each thing that isn't up. */
  problems: string[];
  processes: Record<string, 'up' | 'down' | 'unknown'>;
  stores: { postgresql: 'up' | 'down'; redis: 'up' | 'down' | 'full' };
}

/** Answers GET /healthz. */
export function serveHealth(deps: { store: OpenStore; bus: Bus }): Middleware {
  return async (http, next) => {
    if (http.path !== '/healthz') return next();
    const health = await checkHealth(deps);
    http.status = health.status === 'ok' ? 200 : 503;
    http.set('Cache-Control', 'no-store');
    http.body = health;
    return undefined;
  };
}

/** Asks both stores, and reads the pulses; at most about 2 s. */
export async function checkHealth(deps: { store: OpenStore; bus: Bus }): Promise<Health> {
  const [isStoreUp, isBusUp, pulses] = await Promise.all([deps.store.isUp(), deps.bus.isUp(), readPulsesInTime(deps.bus)]);
  return describeHealth({ isStoreUp, isBusUp, isBusFull: deps.bus.isFull(), pulses });
}

/** Without Redis nothing is known of other processes; this one answers, so it is up. */
export function describeHealth(o: { isStoreUp: boolean; isBusUp: boolean; isBusFull?: boolean; pulses: Pulse[] | null }): Health {
  const pulses = o.isBusUp ? o.pulses : null;
  const redis = o.isBusFull ? 'full' : 'up';
  const stores = { postgresql: o.isStoreUp ? 'up' : 'down', redis: o.isBusUp ? redis : 'down' } as const;
  const stateOf = (process: string) => {
    if (process === 'web') return 'up';
    if (!pulses) return 'unknown';
    // A Redis that is full takes no pulse.
    return pulses.some((pulse) => pulse.process === process) ? 'up' : o.isBusFull ? 'unknown' : 'down';
  };
  const processes = Object.fromEntries(PROCESSES.map((process) => [process, stateOf(process)] as const));
  const problems = [
    ...(stores.redis === 'full' ? ['redis: full (it has what SLIPWAY_REDIS_MEMORY lets it take)'] : []),
    ...Object.entries(stores)
      .filter(([, state]) => state === 'down')
      .map(([name]) => `${name}: not reachable`),
    ...Object.entries(processes)
      .filter(([, state]) => state === 'down')
      .map(([name]) => `${name}: not running`),
    ...(pulses ?? []).filter((pulse) => pulse.trouble).map((pulse) => `${pulse.process}: ${pulse.trouble}`),
  ];
  return { status: problems.length ? 'unavailable' : 'ok', problems, processes, stores };
}

async function readPulsesInTime(bus: Bus): Promise<Pulse[] | null> {
  if (bus.redis.status !== 'ready') return null;
  const reading = readPulses(bus, Date.now()).catch(() => null);
  return within(READ_LIMIT_MS, reading, () => null);
}
