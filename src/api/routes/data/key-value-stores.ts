// Heroku's data host for key-value stores (`/redis/v0/databases`), on this port.
import { z } from 'zod';
import type { Addon } from '../../../model/addon/addon.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { Done, KeyValueStore, Settings, sizeOf, Waiting, type Row } from '../../present/data/database.js';
import { ask, databaseOf, readyDatabase, recordOf, shownOf, tell, textOf } from './database-of.js';
import { waitingOf } from './databases.js';

const REDIS = 'heroku-redis';
const POLICIES = {
  noeviction: 'returns errors when memory limit is reached',
  'allkeys-lfu': 'removes less frequently used keys first',
  'volatile-lfu': 'removes less frequently used keys first that have an expiry set',
  'allkeys-lru': 'removes less recently used keys first',
  'volatile-lru': 'removes less recently used keys first that have an expiry set',
  'allkeys-random': 'evicts random keys',
  'volatile-random': 'evicts random keys but only those that have an expiry set',
  'volatile-ttl': 'only evicts keys with an expiry set and a short TTL',
} as const;
const policies = Object.keys(POLICIES) as [keyof typeof POLICIES];
const seconds = 'must be a whole number of seconds from 0 to 2147483647';
const Change = z.object({
  maxmemory_policy: z
    .enum(policies, `must be one of ${policies.join(', ')}`)
    .optional()
    .describe('what goes when its memory is full'),
  notify_keyspace_events: z
    .string('must be a text')
    .regex(/^[KEg$lshzxetdmAn]{0,32}$/, 'must be some of K E g $ l s h z t x e m A, or empty')
    .optional()
    .describe('which changes of keys are published'),
  timeout: z.int(seconds).min(0, seconds).max(2_147_483_647, seconds).optional().describe('seconds after which idle connections end'),
});

export function mountKeyValueStores(router: ApiRouter, deps: ApiDeps): void {
  const one = { of: KeyValueStore, gives: KeyValueStore, title: 'Info', about: 'Shows a key-value store.', needs: 'view' } as const;
  router.get('/redis/v0/databases/:database', one, async (http) => show(deps, http, await databaseOf(deps, http, REDIS)));
  const waiting = {
    of: Waiting,
    gives: Waiting,
    title: 'Wait',
    about: 'Tells whether a key-value store is there.',
    needs: 'view',
  } as const;
  router.get('/redis/v0/databases/:database/wait', waiting, async (http) => waitingOf(await databaseOf(deps, http, REDIS)));

  const settings = { of: Settings, gives: Settings } as const;
  const reading = { ...settings, title: 'Info', about: 'Shows the settings of a key-value store.', needs: 'view' } as const;
  router.get('/redis/v0/databases/:database/config', reading, async (http) =>
    presentSettings(await ask(deps, await readyDatabase(deps, http, REDIS), 'settings')),
  );
  const changing = {
    ...settings,
    title: 'Update',
    about: 'Changes settings of a key-value store.',
    takes: Change,
    needs: 'manage',
  } as const;
  router.patch('/redis/v0/databases/:database/config', changing, async (http, change) =>
    presentSettings(await tell(deps, await readyDatabase(deps, http, REDIS, 'manage'), 'set', change)),
  );
  const resetting = { of: Done, gives: Done, title: 'Reset Statistics', about: 'Begins its statistics anew.', needs: 'manage' } as const;
  router.post('/redis/v0/databases/:database/stats/reset', { ...resetting, status: 200 }, async (http) => {
    await tell(deps, await readyDatabase(deps, http, REDIS, 'manage'), 'reset-statistics');
    return { message: 'Stats reset successful.' };
  });
}

function presentSettings(told: Record<string, unknown>): z.input<typeof Settings> {
  return {
    maxmemory_policy: { value: textOf(told, 'maxmemory-policy'), values: { ...POLICIES } },
    notify_keyspace_events: { value: textOf(told, 'notify-keyspace-events'), values: {} },
    timeout: { value: Number(told['timeout']), values: {} },
  };
}

async function show(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<z.input<typeof KeyValueStore>> {
  const { plan, told, shown } = await shownOf(deps, http, addon);
  const version = told ? textOf(told, 'version') : null;
  return { ...shown, info: rowsOf(addon, plan.title, told), prefer_native_tls: true, version };
}

function rowsOf(addon: Addon, plan: string, told: Record<string, unknown> | null): Row[] {
  const rows: [string, string][] = [
    ['Plan', plan],
    ['Status', told ? 'available' : addon.state === 'provisioned' ? 'not answering' : 'being created'],
    ['Created', addon.createdAt.toISOString().replace('T', ' ').slice(0, 16) + ' UTC'],
  ];
  if (told) {
    const settings = recordOf(told, 'settings');
    const [used, most] = [Number(told['bytes']), Number(told['most_bytes'])];
    rows.push(
      ['Version', textOf(told, 'version')],
      ['Timeout', textOf(settings, 'timeout')],
      ['Maxmemory', textOf(settings, 'maxmemory-policy')],
      ['Memory', `${sizeOf(used)} / ${sizeOf(most)}`],
      ['Keys', textOf(told, 'keys')],
      ['Connections', `${textOf(told, 'connections')}/${textOf(told, 'most_connections')}`],
      ['Persistence', 'AOF'],
    );
  }
  return rows.map(([name, value]) => ({ name, values: [value] }));
}
