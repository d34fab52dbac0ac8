// Host → app → what to do with a request for it. A change of apps touches their own rows only, however many there are.
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
  /** By which its connections are kept: of one life, at one place. */
  address: string;
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
  byId: Map<string, Route>;
  /** Names and wildcards (`*.example.com`). */
  byHost: Map<string, Route>;
  /** How many of them are. */
  wildcards: number;
  /** By host, the ids of apps that have it too but don't get what comes for it: while one's change is known and the other's isn't yet. */
  others: Map<string, Set<string>>;
}

export function emptyTable(): RouteTable {
  return { byId: new Map(), byHost: new Map(), wildcards: 0, others: new Map() };
}

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

function nearestWildcard({ byHost, wildcards }: RouteTable, name: string): string | undefined {
  if (wildcards === 0 || name.length > MOST_CHARS) return undefined;
  return wildcardsOf(name).find((wildcard) => byHost.has(wildcard));
}

/** The table of these apps and no others. */
export function tableOf(apps: AppRoute[]): RouteTable {
  const table = emptyTable();
  for (const app of apps) addRoute(table, routeOf(app));
  return table;
}

export interface TableChange {
  appIds: readonly string[];
  /** Dynos that could be connected to before, and those that can now. */
  before: WebDyno[];
  now: WebDyno[];
}

/** Replaces the apps of `appIds` in the table; one of them without a row in `apps` is gone. */
export function changeApps(table: RouteTable, appIds: readonly string[], apps: AppRoute[]): TableChange {
  const before = appIds.flatMap((appId) => removeRoute(table, appId));
  const now = apps.flatMap((app) => addRoute(table, routeOf(app)));
  return { appIds, before, now };
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
  return [...table.byId.values()].flatMap(dynosOf);
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
  return state === 'up' && host && port ? [{ id, name, host, port, address: `${id} ${host} ${port}` }] : [];
}

function dynosOf({ decision }: Route): WebDyno[] {
  return decision.kind === 'dynos' ? decision.dynos : [];
}

function addRoute(table: RouteTable, route: Route): WebDyno[] {
  table.byId.set(route.appId, route);
  for (const host of route.hosts) claim(table, host, route);
  return dynosOf(route);
}

function removeRoute(table: RouteTable, appId: string): WebDyno[] {
  const route = table.byId.get(appId);
  if (!route) return [];
  table.byId.delete(appId);
  for (const host of route.hosts) letGo(table, host, route);
  return dynosOf(route);
}

// An app's own name wins: the platform may have got its domain after somebody added a name below it. Else who came last has it.
function claim(table: RouteTable, host: string, route: Route): void {
  const { byHost, others } = table;
  const holder = byHost.get(host);
  const isBehind = holder !== undefined && holder.hosts[0] === host && route.hosts[0] !== host;
  const loser = isBehind ? route : holder;
  if (loser && loser.appId !== (isBehind ? holder : route).appId) others.set(host, (others.get(host) ?? new Set()).add(loser.appId));
  if (!holder && isWildcard(host)) table.wildcards += 1;
  if (!isBehind) byHost.set(host, route);
}

function letGo(table: RouteTable, host: string, route: Route): void {
  const { byId, byHost, others } = table;
  const rest = others.get(host);
  if (rest?.delete(route.appId) && rest.size === 0) others.delete(host);
  if (byHost.get(host) !== route) return;
  byHost.delete(host);
  if (isWildcard(host)) table.wildcards -= 1;
  if (!rest) return;
  others.delete(host);
  for (const appId of rest) if (byId.has(appId)) claim(table, host, byId.get(appId)!);
}
