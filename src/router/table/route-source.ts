// Keeps the route table true: reads all at start, the changed app on `route-changed`, all again now and then.
// One read at a time, so that an older answer never replaces a newer one; a failed read leaves the table as it is.
import { within } from '../../lib/async/within.js';
import { log } from '../../lib/log.js';
import type { Bus } from '../../bus/open-bus.js';
import type { Store } from '../../store/open-store.js';
import { readRoutes } from '../../store/app/routes.js';
import { changeApps, emptyTable, routeOfHost, tableOf, type Route, type RouteTable, type TableChange } from './route-table.js';

export interface RouteSource {
  table(): RouteTable;
  /** The route of a host name, or of a Host header. */
  find(host: string): Route | undefined;
  findApp(appId: string): Route | undefined;
  /** Reads the app again (or everything) and waits for it, at most a second. */
  refresh(appId?: string): Promise<void>;
  /** Reads everything again because a host isn't known; at most once a second, whoever asks. */
  lookAgain(): Promise<void>;
  /** Told what has changed; undefined where all has been read. */
  onChange(hear: (change?: TableChange) => void): void;
  stop(): Promise<void>;
}

const REFRESH_EVERY_MS = 10_000;
const RETRY_MS = 1_000;
const WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 1_000;
const READ_LIMIT_MS = 5_000;

/** Resolves once all routes have been read, however long the stores take to come. */
export async function openRouteSource({ store, bus, domain }: { store: Store; bus: Bus; domain: string }): Promise<RouteSource> {
  let table = emptyTable();
  let wantsAll = false;
  let wanted = new Set<string>();
  let reading: Promise<void> | null = null;
  let lookedAt = 0;
  let looking: Promise<void> | null = null;
  let stopped = false;
  const hearers = new Set<(change?: TableChange) => void>();

  function refresh(appId?: string): Promise<void> {
    if (appId) wanted.add(appId);
    else wantsAll = true;
    return within(WAIT_MS, readAll());
  }

  // What is asked for during a read is read after it: that read may have missed it.
  function readAll(): Promise<void> {
    if (reading) return reading.then(readAll);
    if (stopped || (!wantsAll && wanted.size === 0)) return Promise.resolve();
    reading = readOnce().finally(() => (reading = null));
    return reading;
  }

  async function readOnce(): Promise<void> {
    const [all, ids] = [wantsAll, [...wanted]];
    wantsAll = false;
    wanted = new Set();
    let change: TableChange | undefined;
    try {
      const apps = await within(READ_LIMIT_MS, readRoutes(store, domain, all ? undefined : ids), storeIsLate);
      if (all) table = tableOf(apps);
      else change = changeApps(table, ids, apps);
    } catch (error) {
      log('routes-not-read', { error: error instanceof Error ? error.message : String(error) });
      setTimeout(() => void refresh(), RETRY_MS).unref();
      return;
    }
    for (const hear of hearers) hear(change);
  }

  function lookAgain(): Promise<void> {
    const now = Date.now();
    if (!looking || now - lookedAt >= LOOK_AGAIN_MS) {
      lookedAt = now;
      looking = refresh();
    }
    return looking;
  }

  const unsubscribe = bus.subscribe('route-changed', ({ appId }) => void refresh(appId));
  unsubscribe.then(
    () => refresh(),
    (error: Error) => log('routes-not-subscribed', { error: error.message }),
  );
  bus.onReconnect(() => void refresh());
  const timer = setInterval(() => void refresh(), REFRESH_EVERY_MS);
  const firstRead = new Promise<void>((resolve) => hearers.add(() => resolve()));
  void refresh();
  await firstRead;

  return {
    table: () => table,
    find: (host) => routeOfHost(table, host),
    findApp: (appId) => table.byId.get(appId),
    refresh,
    lookAgain,
    onChange: (hear) => void hearers.add(hear),
    async stop() {
      stopped = true;
      clearInterval(timer);
      hearers.clear();
      await within(
        WAIT_MS,
        unsubscribe.then(
          (end) => end(),
          () => undefined,
        ),
      );
    },
  };
}

function storeIsLate(): never {
  throw new Error(`PostgreSQL did not answer within ${READ_LIMIT_MS} ms`);
}
