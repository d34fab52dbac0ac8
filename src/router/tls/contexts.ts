// Which certificate a client is shown: that of the host it asks for, else the platform's own. Read from the store when a host is first
// asked for, and kept while it stays the same; a change is told with the route.
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from '../../lib/certificate.js';
import { log } from '../../lib/log.js';
import type { Store } from '../../store/open-store.js';
import { readPair } from '../../store/domain/certificates.js';
import { readChallengePair } from '../../store/domain/managed.js';
import { certificateOfHost, tlsChallengeOfHost, type RouteTable } from '../table/route-table.js';
import type { ContextFor } from './handshake.js';
import { today, ticketKey } from './tickets.js';

interface Parts {
  store: Store;
  table(): RouteTable;
  /** The platform's own, as it is now. */
  certificate(): Certificate | null;
}

export interface Contexts {
  /** Whether there is any certificate at all. */
  isThere(): boolean;
  /** By the host that a client asks for, if any. */
  contextFor: ContextFor;
}

/** Each takes some 60 kB. */
const MOST_KEPT = 500;
const SESSIONS = 'slipway';

export function openContexts({ store, table, certificate }: Parts): Contexts {
  /** By certificate, version and day, the one that was asked for last at the end. */
  const kept = new Map<string, Promise<SecureContext | null>>();
  let own: { of: Certificate | null; day: number; context: SecureContext | null } = { of: null, day: 0, context: null };

  function ownContext(): SecureContext | null {
    const [now, day] = [certificate(), today()];
    if (now !== own.of || day !== own.day) own = { of: now, day, context: now && contextOf(now, day) };
    return own.context;
  }

  function contextOf({ cert, key }: { cert: Buffer | string; key: Buffer | string }, day: number): SecureContext {
    const ticketKeys = ticketKey(store.key, day);
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', ticketKeys, sessionIdContext: SESSIONS });
  }

  const contextFor: ContextFor = async ({ serverName, isChallenge }) => {
    if (isChallenge) return serverName === null ? null : challengeContext(serverName);
    const version = serverName === null ? undefined : certificateOfHost(table(), serverName);
    return (version === undefined ? null : await keep(version)) ?? ownContext();
  };

  async function challengeContext(serverName: string): Promise<SecureContext | null> {
    const token = tlsChallengeOfHost(table(), serverName);
    const pair = token === undefined ? undefined : await readChallengePair(store, token);
    return pair ? createSecureContext({ cert: pair.chain, key: pair.key, minVersion: 'TLSv1.2' }) : null;
  }

  function keep(version: string): Promise<SecureContext | null> {
    const day = today();
    const name = `${version} ${day}`;
    const context = kept.get(name) ?? read(version, day, () => kept.delete(name));
    kept.delete(name);
    kept.set(name, context);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return context;
  }

  /** Where it can't be read, whoever comes next tries again. */
  async function read(version: string, day: number, forget: () => void): Promise<SecureContext | null> {
    const [id = ''] = version.split('@');
    try {
      const pair = await readPair(store, id);
      if (pair) return contextOf({ cert: pair.chain, key: pair.key }, day);
    } catch (error) {
      log('certificate-not-read', { certificate: id, error: (error as Error).message });
    }
    forget();
    return null;
  }

  return { isThere: () => certificate() !== null, contextFor };
}
