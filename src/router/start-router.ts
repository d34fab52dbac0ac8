// Puts the router's parts together and binds its ports once routes are known.
import { hostname } from 'node:os';
import type { AddressInfo, Server } from 'node:net';
import type { Bus } from '../bus/open-bus.js';
import type { LineWriter } from '../bus/line-writer.js';
import { watchCertificate } from '../lib/certificate.js';
import { log } from '../lib/log.js';
import { SIZES, type SizeTable } from '../model/dyno-size.js';
import { sleepsAs } from '../model/run/sleep.js';
import type { Store } from '../store/open-store.js';
import { keepMetrics } from '../store/keep-metrics.js';
import { trustedProxies } from './peer/peer.js';
import { openConnections } from './out/connections.js';
import { openGate } from './table/gate.js';
import { HEROKU_LIMITS, type Limits } from './limits.js';
import { openRequestCounts } from './request-counts.js';
import { routerServer, type RouterServer } from './in/listen.js';
import { openRouteSource } from './table/route-source.js';
import { reachableDynos, type Route, type TableChange } from './table/route-table.js';
import { openActivity } from './table/activity.js';
import { openAlarm } from './table/alarm.js';
import { startReports } from './table/reports.js';
import { openContexts } from './tls/contexts.js';

export interface RouterOptions {
  store: Store;
  bus: Bus;
  lines: LineWriter;
  domain: string;
  bind: string;
  port: number;
  tlsPort: number;
  /** Networks of proxies in front of it, and whether they speak the PROXY protocol. */
  trustedProxies?: string[];
  proxyProtocol?: boolean;
  /** Descriptors that listen already: they are taken instead of ports. */
  routerFds?: number[];
  /** Where `server.pem` and `server.key` lie; without them there is no TLS. */
  home: string;
  /** By which its reports of requests are known. */
  node?: string;
  idleAfterMs?: number;
  sizes?: SizeTable;
  limits?: Limits;
  random?: () => number;
}

export interface Router {
  port: number;
  /** Null while there is no certificate. */
  tlsPort: number | null;
  /** Those that listen. */
  servers: Server[];
  /** Stops accepting, finishes what is at work within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** Stops accepting, since another accepts what comes; connections end by themselves, at most after `limitMs`. */
  retire(limitMs: number): Promise<void>;
}

const GRACE_MS = 4_000;
const IDLE_AFTER_MS = 1_800_000;

/** Starts the router; resolves once its ports are bound. */
export async function startRouter(o: RouterOptions): Promise<Router> {
  const limits = o.limits ?? HEROKU_LIMITS;
  const source = await openRouteSource(o);
  const connections = openConnections(limits);
  const maySleep = ({ onlySize }: Route) => sleepsAs(onlySize, o.sizes ?? SIZES);
  const { findApp, refresh } = source;
  const alarm = openAlarm({ ...o, findApp, refresh, isAwaited: (appId) => gate.isAwaited(appId) });
  const gate = openGate({ findApp, limits, random: o.random ?? Math.random, maySleep, wakeUp: alarm.ring });
  const activity = openActivity();
  const followTable = (change?: TableChange) => {
    if (change) connections.replace(change.before, change.now);
    else connections.keepOnly(reachableDynos(source.table()));
    gate.wake(change?.appIds);
  };
  source.onChange(followTable);
  followTable();

  const counts = openRequestCounts();
  const metrics = keepMetrics(o.store, counts);
  const reports = startReports({
    store: o.store,
    router: o.node ?? hostname(),
    idleAfterMs: o.idleAfterMs ?? IDLE_AFTER_MS,
    activity,
    sleepers: () => [...source.table().byId.values()].filter(maySleep).map(({ appId }) => appId),
  });
  let tlsPort: number | null = null;
  const proxies = trustedProxies(o.trustedProxies ?? [], o.proxyProtocol ?? false);
  const parts = { source, gate, activity, connections, lines: o.lines, counts, limits, proxies, domain: o.domain, tlsPort: () => tlsPort };
  const certificate = watchCertificate(o.home);
  const contexts = openContexts({ store: o.store, table: source.table, certificate });
  const isSecure = contexts.isThere();
  if (!isSecure) log('tls-off', { reason: 'no server.pem and server.key in the home' });
  const plain = routerServer(parts);
  const secure = isSecure ? routerServer(parts, contexts.contextFor) : null;
  const port = await bind(plain, { ...o, fd: o.routerFds?.[0], setting: 'SLIPWAY_ROUTER_PORT' });
  tlsPort = secure ? await bind(secure, { ...o, port: o.tlsPort, fd: o.routerFds?.[1], setting: 'SLIPWAY_ROUTER_TLS_PORT' }) : null;
  log('listening', { bind: o.bind, port, tls_port: tlsPort ?? undefined });

  async function end(how: 'gone' | 'replaced', servers: Promise<void>[]): Promise<void> {
    await Promise.all(servers);
    connections.close();
    await Promise.all([source.stop(), metrics.stop(), reports.stop(how)]);
  }

  const all = secure ? [plain, secure] : [plain];
  return {
    port,
    tlsPort,
    servers: all.map((each) => each.server),
    stop: (graceMs = GRACE_MS) =>
      end(
        'gone',
        all.map((each) => each.close(graceMs)),
      ),
    retire: (limitMs) =>
      end(
        'replaced',
        all.map((each) => each.retire(limitMs)),
      ),
  };
}

interface Place {
  port: number;
  bind: string;
  fd: number | undefined;
  setting: string;
}

function bind({ server }: RouterServer, { port, bind: host, fd, setting }: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use; free it or set ${setting}.`) : error);
    });
    server.listen(fd === undefined ? { port, host } : { fd }, () => resolve((server.address() as AddressInfo).port));
  });
}
