// Host → app → what to do with a request for it. Pure: a change makes a new table.
import { lookUp } from '../../lib/look-up.js';
import { isWildcard, wildcardsOf } from '../../model/domain/hostname.js';
import type { HCode } from '../../model/error-codes.js';
import type { AppRoute, RouteDyno } from '../../store/app/routes.js';

/** A dyno that can be connected to. */
export interface WebDyno {
  id: string;
  name: string;
  host: string;
  port: number;
}

export type Decision =
  | { kind: 'dynos'; dynos: WebDyno[] }
  /** A dyno is on its way: wait for it. */
  | { kind: 'hold' }
  /** It sleeps: wake it, and wait. */
  | { kind: 'wake' }
  | { kind: 'refuse'; code: Extract<HCode, 'H10' | 'H14' | 'H80' | 'H81'> };

export interface Route {
  appId: string;
  name: string;
  hosts: readonly string[];
  certificates?: AppRoute['certificates'];
  /** The size of its web dyno where it has one. */
  onlySize: string | null;
  challenges?: AppRoute['challenges'];
  tlsChallenges?: AppRoute['tlsChallenges'];
  httpsOnly?: boolean;
  hasAffinity?: boolean;
  errorPage?: string | undefined;
  maintenancePage?: string | undefined;
  decision: Decision;
}

export interface RouteTable {
  byId: ReadonlyMap<string, Route>;
  /** Names and wildcards (`*.example.com`). */
  byHost: ReadonlyMap<string, Route>;
  hasWildcards: boolean;
}

export const EMPTY_TABLE: RouteTable = { byId: new Map(), byHost: new Map(), hasWildcards: false };

/** No host name is longer. */
const MOST_CHARS = 253;

/** The route of a Host header: of the name itself, else of the nearest wildcard above it. */
export function routeOfHost(table: RouteTable, host: string): Route | undefined {
  const name = hostname(host);
  return table.byHost.get(name) ?? table.byHost.get(nearestWildcard(table, name) ?? '');
}

/** The certificate that its app has for a host, as `AppRoute` tells it. */
export function certificateOfHost(table: RouteTable, host: string): string | undefined {
  const name = hostname(host);
  const known = table.byHost.has(name) ? name : nearestWildcard(table, name);
  return known === undefined ? undefined : table.byHost.get(known)?.certificates?.[known];
}

/** The token of the challenge for a host that TLS is to meet now. */
export function tlsChallengeOfHost(table: RouteTable, host: string): string | undefined {
  const name = hostname(host);
  const challenges = table.byHost.get(name)?.tlsChallenges;
  return challenges && lookUp(challenges, name);
}

function nearestWildcard({ byHost, hasWildcards }: RouteTable, name: string): string | undefined {
  if (!hasWildcards || name.length > MOST_CHARS) return undefined;
  return wildcardsOf(name).find((wildcard) => byHost.has(wildcard));
}

/** The table of these apps and no others. */
export function tableOf(apps: AppRoute[]): RouteTable {
  return indexed(apps.map(routeOf));
}

/** The table with the apps of `appIds` replaced; one of them without a row in `apps` is gone. */
export function withApps(table: RouteTable, appIds: string[], apps: AppRoute[]): RouteTable {
  const replaced = new Set(appIds);
  const kept = [...table.byId.values()].filter((route) => !replaced.has(route.appId));
  return indexed([...kept, ...apps.map(routeOf)]);
}

/** Whether a Host header (`Demo.localhost.:8080`) is that of an app there could be: `<app>.<domain>`. */
export function mayBeApp(host: string, domain: string): boolean {
  const name = hostname(host);
  const suffix = `.${domain.toLowerCase()}`;
  return name.endsWith(suffix) && /^[a-z0-9-]+$/.test(name.slice(0, -suffix.length));
}

/** A Host header without its port and trailing dot, in lower case. */
export function hostname(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** What becomes of a request for the app, in Heroku's order. */
export function decide(app: AppRoute): Decision {
  if (app.maintenance) return { kind: 'refuse', code: 'H80' };
  if (!app.deployed) return { kind: 'refuse', code: 'H81' };
  if (app.wanted === 0 || !app.hasWeb) return { kind: 'refuse', code: 'H14' };
  const dynos = app.dynos.flatMap(reachable);
  if (dynos.length > 0) return { kind: 'dynos', dynos };
  const living = app.dynos.filter((dyno) => dyno.state !== 'down');
  if (living.length > 0 && living.every((dyno) => dyno.state === 'idle')) return { kind: 'wake' };
  const allCrashed = living.length > 0 && living.every((dyno) => dyno.state === 'crashed');
  return allCrashed ? { kind: 'refuse', code: 'H10' } : { kind: 'hold' };
}

/** One of the dynos, each as likely as the others; undefined when there is none. `random` gives numbers in [0, 1). */
export function pick<T>(dynos: readonly T[], random: () => number): T | undefined {
  return dynos[Math.floor(random() * dynos.length)];
}

/** Every dyno that requests may go to. */
export function reachableDynos(table: RouteTable): WebDyno[] {
  return [...table.byId.values()].flatMap(({ decision }) => (decision.kind === 'dynos' ? decision.dynos : []));
}

// All fields at once: objects of one shape are what the engine is fast with.
function routeOf(app: AppRoute): Route {
  return {
    appId: app.appId,
    name: app.name,
    hosts: app.hosts,
    certificates: app.certificates,
    challenges: app.challenges,
    tlsChallenges: app.tlsChallenges,
    onlySize: app.onlySize,
    httpsOnly: app.httpsOnly ?? false,
    hasAffinity: app.hasAffinity ?? false,
    errorPage: app.errorPage,
    maintenancePage: app.maintenancePage,
    decision: decide(app),
  };
}

function reachable({ id, name, state, host, port }: RouteDyno): WebDyno[] {
  return state === 'up' && host && port ? [{ id, name, host, port }] : [];
}

function indexed(routes: Route[]): RouteTable {
  const byHost = new Map<string, Route>();
  let hasWildcards = false;
  for (const route of routes) {
    for (const host of route.hosts.slice(1)) {
      byHost.set(host, route);
      hasWildcards ||= isWildcard(host);
    }
  }
  // An app's own name wins: the platform may have got its domain after somebody added a name below it.
  for (const route of routes) byHost.set(route.hosts[0]!, route);
  return { byId: new Map(routes.map((route) => [route.appId, route])), byHost, hasWildcards };
}
