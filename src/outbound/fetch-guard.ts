// Where URLs that people give may lead. The builder runs on the host, so they must not reach what only the host can:
// the platform's stores, other services of this machine or its network, a cloud's metadata. Judged by the address that
// is really connected to, at every redirect.
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { isListedHost, isReachableAddress, mayBeReachable } from '../lib/net/reachable-host.js';
import { FetchFault } from './fetch-fault.js';

export interface FetchGuard {
  /** Whether the operator allows this host, whatever its address. */
  isAllowed(host: string, port: number): boolean;
  /** Throws FetchFault for a host that is itself an address, and none that may be reached. */
  checkHost(host: string, port: number): void;
  /** Resolves names for a connection; fails when an address is not public. */
  lookup: LookupFunction;
  /** What fetch is to connect with for this URL. Throws as `checkHost` does. */
  dispatcher(url: URL): Dispatcher;
  /** The same for what is ours at its socket; null elsewhere. For calls that no user has named the URL of. */
  ours(url: URL): Dispatcher | null;
  /** The same for URLs of the platform's own. */
  unguarded: Dispatcher;
}

const TIMES = { headersTimeout: 30_000, bodyTimeout: 60_000 };
const CONNECT_MS = 10_000;

/**
 * Opens the guard; `allow` is the operator's list of `host` and `host:port`, `ca` who is trusted instead of those whom node trusts.
 * Whatever is at a host of `sockets` is ours, and reached at its socket by who asks for it.
 */
export function openFetchGuard(
  allow: readonly string[],
  { ca, sockets = {} }: { ca?: string | undefined; sockets?: Readonly<Record<string, string>> } = {},
): FetchGuard {
  const isAllowed = (host: string, port: number) => isListedHost(allow, host, port);
  const lookup: LookupFunction = (host, options, done) => lookUpPublic(host, options, done);
  const trusted = { timeout: CONNECT_MS, ...(ca !== undefined && { ca }) };
  const guarded = new Agent({ ...TIMES, connect: { ...trusted, lookup } });
  const unguarded = new Agent({ ...TIMES, connect: trusted });

  const local = new Map(Object.entries(sockets).map(([host, socketPath]) => [host, new Agent({ ...TIMES, connect: { socketPath } })]));

  function checkHost(host: string, port: number): void {
    if (!mayBeReachable(host) && !isAllowed(host, port)) throw refusal(host);
  }

  function dispatcher(url: URL): Dispatcher {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    if (isAllowed(url.hostname, port)) return unguarded;
    checkHost(url.hostname, port);
    return guarded;
  }

  const ours = ({ hostname }: URL) => local.get(hostname) ?? null;
  return { isAllowed, checkHost, lookup, dispatcher, ours, unguarded };
}

function lookUpPublic(host: string, options: LookupOptions, done: Parameters<LookupFunction>[2]): void {
  resolve(host, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
    const first = found?.[0];
    if (error || !first) return done(error ?? new Error(`${host} has no address`), '');
    if (!found.every(({ address }) => isReachableAddress(address))) return done(refusal(host), '');
    return options.all ? done(null, found) : done(null, first.address, first.family);
  });
}

function refusal(host: string): FetchFault {
  return new FetchFault('refused', `${host} is not on the public internet; the operator can allow it with SLIPWAY_FETCH_ALLOW`);
}
