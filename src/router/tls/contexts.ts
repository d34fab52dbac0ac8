// Which certificate a client is shown: that of the host it asks for, else the platform's own. Read from the store when a host is first
// asked for, and kept while it stays the same; a change is told with the route.
import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls';
import type { Certificate } from '../../lib/certificate.js';
import { log } from '../../lib/log.js';
import type { Store } from '../../store/open-store.js';
import { readPair } from '../../store/domain/certificates.js';
import { certificateOfHost, type RouteTable } from '../table/route-table.js';

interface Parts {
  store: Store;
  table(): RouteTable;
  /** The platform's own, as it is now. */
  certificate(): Certificate | null;
}

export interface Contexts {
  /** What a TLS server is to be opened with; undefined where there is no certificate at all. */
  options(): TlsOptions | undefined;
}

/** Each takes some 60 kB. */
const MOST_KEPT = 500;
const TLS = { minVersion: 'TLSv1.2' } as const;

export function openContexts({ store, table, certificate }: Parts): Contexts {
  /** By certificate and version, the one that was asked for last at the end. */
  const kept = new Map<string, Promise<SecureContext | null>>();
  let own: { of: Certificate | null; context: SecureContext | null } = { of: null, context: null };

  function ownContext(): SecureContext | null {
    const now = certificate();
    if (now !== own.of) own = { of: now, context: now && createSecureContext({ ...now, ...TLS }) };
    return own.context;
  }

  async function contextFor(serverName: string): Promise<SecureContext | null> {
    const version = certificateOfHost(table(), serverName);
    return (version === undefined ? null : await keep(version)) ?? ownContext();
  }

  function keep(version: string): Promise<SecureContext | null> {
    const known = kept.get(version);
    kept.delete(version);
    const context = known ?? read(version);
    kept.set(version, context);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return context;
  }

  async function read(version: string): Promise<SecureContext | null> {
    const [id = ''] = version.split('@');
    try {
      const pair = await readPair(store, id);
      if (pair) return createSecureContext({ cert: pair.chain, key: pair.key, ...TLS });
    } catch (error) {
      log('certificate-not-read', { certificate: id, error: (error as Error).message });
    }
    // To be read again by whoever comes next.
    kept.delete(version);
    return null;
  }

  return {
    options() {
      const now = certificate();
      return now
        ? {
            ...now,
            ...TLS,
            SNICallback: (name, done) => {
              contextFor(name).then(
                (context) => done(null, context ?? undefined),
                (error: Error) => done(error),
              );
            },
          }
        : undefined;
    },
  };
}
