// What an authority asks of a host whose certificate it is to vouch for (RFC 8555, 8.3): answered before anything else of the app is.
import type { Route } from './table/route-table.js';

const PATH = /^\/\.well-known\/acme-challenge\/([\w-]{1,200})$/;

/** The answer to such a request, where one of the app's domains is asked about now. */
export function challengeAnswer({ challenges }: Pick<Route, 'challenges'>, path: string): string | undefined {
  if (!challenges) return undefined;
  const [, token] = PATH.exec(path) ?? [];
  return token !== undefined && Object.hasOwn(challenges, token) ? challenges[token] : undefined;
}
