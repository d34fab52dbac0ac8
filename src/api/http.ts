// The shapes of a request on its way through the API, and what every endpoint does with them.
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import type { Outside } from '../model/addon/outside-url.js';
import type { App } from '../model/app.js';
import type { What } from '../model/may.js';
import type { Team } from '../model/people/team.js';
import type { Actor, Caller } from '../model/user.js';
import type { ApiDeps, Push } from './deps.js';

export interface ApiState {
  user: Actor;
  /** The token's authorization; null for a push's secret. */
  authorizationId: string | null;
  push: Push | null;
  /** On paths with `:app`, looked up and checked (`admit`). */
  app: App;
  /** The same, as what is asked about by this user. */
  what: What;
  /** On paths with `:team`, the same way. */
  team: Team;
}

export type ApiContext = RouterContext<ApiState>;

/** A part of the path. The router fills it; an empty one can't match. */
export function param(http: ApiContext, name: string): string {
  return http.params[name] ?? '';
}

/** Who asks, as the URLs of streams remember it. */
export function callerOf(http: ApiContext): Caller {
  return { userId: http.state.user.id, authorizationId: http.state.authorizationId };
}

/** Answers with JSON. */
export function reply(http: Context, status: number, body: object): void {
  http.status = status;
  http.body = body;
}

/** The URL by which whoever asks reaches this port: the operator's, or scheme and host as the request came. */
export function publicUrl(http: Context, { publicUrl: given, internalUrl }: Pick<ApiDeps['place'], 'publicUrl' | 'internalUrl'>): string {
  if (given) return given;
  const host = http.get('host');
  const isPrivate = http.req.socket.remoteAddress === undefined;
  if (isPrivate || !/^[\w.:[\]-]+$/.test(host)) return internalUrl;
  return `${isEncrypted(http) ? 'https' : 'http'}://${host}`;
}

/** By which whoever asks reaches databases of ours from outside; null where the operator wants none. */
export function outsideOf(http: Context, place: ApiDeps['place']): Outside | null {
  return place.dataPort ? { host: new URL(publicUrl(http, place)).hostname, port: place.dataPort } : null;
}

function isEncrypted(http: Context): boolean {
  return 'encrypted' in http.req.socket && http.req.socket.encrypted === true;
}
