// Our services at a platform's own socket, whose add-ons hold nothing: for tests of what is in front of them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDERS_SOCKET } from '../../src/model/addon/own-services.js';
import type { Kind } from '../../src/providers/kind.js';
import { listen } from '../../src/providers/listen.js';
import { newPassword } from '../../src/providers/names.js';
import type { Offer } from '../../src/providers/offer.js';
import { configFor as postgresqlConfig } from '../../src/providers/postgresql/address.js';
import { PLANS } from '../../src/providers/postgresql/plans.js';
import { postgresql } from '../../src/providers/postgresql/postgresql.js';
import { configFor as redisConfig } from '../../src/providers/redis/address.js';
import { redis } from '../../src/providers/redis/redis.js';
import { register } from '../../src/providers/register.js';
import type { Store } from '../../src/store/open-store.js';

/** Returns how it ends. */
export async function offerEmptyDatabases(store: Store, home: string): Promise<() => void> {
  const runDir = join(home, 'run');
  mkdirSync(runDir, { recursive: true });
  const offered = [];
  for (const kind of [postgresql(PLANS), redis(PLANS)]) offered.push({ offer: emptyOffer(kind), password: (await register(store, kind))! });
  return listen(join(runDir, PROVIDERS_SOCKET), offered);
}

function emptyOffer(kind: Kind): Offer {
  const config = (addonId: string) =>
    kind.software === 'redis'
      ? redisConfig(addonId, newPassword(addonId))
      : postgresqlConfig(addonId, { role: 'u', password: newPassword(addonId) });
  return {
    kind,
    make: async ({ addonId }) => ({ status: 201, body: { id: addonId, config: config(addonId), message: 'It is there.' } }),
    change: async () => ({ status: 200, body: {} }),
    remove: async () => ({ status: 204 }),
    async ask(addonId, what) {
      if (!(what in kind.looks) && !(what in kind.calls)) return { status: 404, body: { message: `There is no ${what}.` } };
      return { status: 200, body: { config: config(addonId), timeout: '0' } };
    },
    bringUp: async () => undefined,
    readDisk: async () => null,
    limit: async () => undefined,
  };
}
