// What a request changes is noted in the audit log, in the name of whoever asks.
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { User } from '../../model/user.js';
import { actingAs } from '../../store/audit/acting.js';
import type { ApiContext } from '../http.js';
import { shownPath } from './shown-path.js';

/** Does the work of a route. */
export function audited<T>(http: ApiContext, action: string, work: () => Promise<T>): Promise<T> {
  const { user, push, authorizationId, app } = http.state;
  const who = { userId: user.id, email: user.email, authorizationId, via: push ? 'push' : 'token' } as const;
  return actingAs({ ...who, ...requestOf(http as unknown as Context), appId: app?.id ?? null, action }, work);
}

/** The same where a page, or the link to it, tells who it is. */
export function auditedPage<T>(http: Context, { id: userId, email }: Pick<User, 'id' | 'email'>, work: () => Promise<T>): Promise<T> {
  const who = { userId, email, authorizationId: null, via: 'page', appId: null } as const;
  return actingAs({ ...who, ...requestOf(http), action: `${http.method} ${http.path}` }, work);
}

/** The same where a provider of add-ons asks. */
export function auditedProvider<T>(http: Context, appId: string | null, work: () => Promise<T>): Promise<T> {
  const action = `${http.method} ${shownPath(http.path).replace(/^\/addons\/[^/]+/, '/addons/:addon')}`;
  const who = { userId: null, email: null, authorizationId: null, via: 'provider', appId } as const;
  return actingAs({ ...who, ...requestOf(http), action }, work);
}

/** The same where an OAuth client asks for what somebody has allowed it: who that is, the change tells. */
export function auditedClient<T>(http: Context, work: () => Promise<T>): Promise<T> {
  const who = { userId: null, email: null, authorizationId: null, via: 'client', appId: null } as const;
  return actingAs({ ...who, ...requestOf(http), action: `${http.method} ${http.path}` }, work);
}

function requestOf(http: Context) {
  const address = http.req.socket.remoteAddress ?? null;
  return { id: randomUUID(), address, requestId: String(http.state['requestId']), target: shownPath(http.path) };
}
