// Opens PostgreSQL: one pool, one dialect, migrations brought up to date.
import { CamelCasePlugin, Kysely, Migrator, PostgresDialect, type Migration } from 'kysely';
import pg from 'pg';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import * as initial from './migrations/001-initial.js';
import * as slugBase from './migrations/002-slug-base.js';
import * as buildFacts from './migrations/003-build-facts.js';
import * as containers from './migrations/004-containers.js';
import * as sharedSlugs from './migrations/005-shared-slugs.js';
import * as people from './migrations/006-people.js';
import * as oneOffDynos from './migrations/007-one-off-dynos.js';
import * as dynos from './migrations/008-dynos.js';
import * as metrics from './migrations/009-metrics.js';
import * as domains from './migrations/010-domains.js';
import * as outbox from './migrations/011-outbox.js';
import * as addons from './migrations/012-addons.js';
import * as logDrains from './migrations/013-log-drains.js';
import * as schedules from './migrations/014-schedules.js';
import * as gitConnections from './migrations/015-git-connections.js';
import * as limitedTokens from './migrations/016-limited-tokens.js';
import * as passwords from './migrations/017-passwords.js';
import * as twoFactor from './migrations/018-two-factor.js';
import * as webhooks from './migrations/019-webhooks.js';
import * as audit from './migrations/020-audit.js';
import * as sourceDir from './migrations/021-source-dir.js';
import * as gitHosts from './migrations/022-git-hosts.js';
import * as teams from './migrations/023-teams.js';
import * as accounts from './migrations/024-accounts.js';
import * as router from './migrations/025-router.js';
import * as credentials from './migrations/026-credentials.js';
import * as backups from './migrations/027-backups.js';
import { noting } from './audit/acting.js';
import { telling } from './refusals.js';
import type { Schema } from './schema.js';
import { shareConnections } from './share-connections.js';

export interface Store {
  db: Kysely<Schema>;
  /** The home's key: config vars are sealed with it. */
  key: Buffer;
}

export interface OpenStore extends Store {
  /** Whether PostgreSQL answers, within 2 s. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}

const MIGRATIONS: Record<string, Migration> = {
  '001-initial': initial,
  '002-slug-base': slugBase,
  '003-build-facts': buildFacts,
  '004-containers': containers,
  '005-shared-slugs': sharedSlugs,
  '006-people': people,
  '007-one-off-dynos': oneOffDynos,
  '008-dynos': dynos,
  '009-metrics': metrics,
  '010-domains': domains,
  '011-outbox': outbox,
  '012-addons': addons,
  '013-log-drains': logDrains,
  '014-schedules': schedules,
  '015-git-connections': gitConnections,
  '016-limited-tokens': limitedTokens,
  '017-passwords': passwords,
  '018-two-factor': twoFactor,
  '019-webhooks': webhooks,
  '020-audit': audit,
  '021-source-dir': sourceDir,
  '022-git-hosts': gitHosts,
  '023-teams': teams,
  '024-accounts': accounts,
  '025-router': router,
  '026-credentials': credentials,
  '027-backups': backups,
};

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Connects and migrates. Safe to call from several processes at once: the migrator takes a lock. */
export async function openStore(o: { url: string; key: Buffer; poolSize?: number }): Promise<OpenStore> {
  const pool = new pg.Pool({
    connectionString: o.url,
    max: o.poolSize ?? 6,
    connectionTimeoutMillis: 5_000,
    // A connection is a process of 3 MB; opening one takes a few ms.
    idleTimeoutMillis: 12_000,
  });
  pool.on('error', (error) => log('store-connection-lost', { error: error.message }));
  // A connection that breaks while it is in use fails its query; it also emits an error that must find someone.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Columns only: names inside JSON (process types, reports) are people's own.
  const dialect = new PostgresDialect({ pool: noting(telling(shareConnections(pool))) });
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] });
  await migrate(db);
  return { db, key: o.key, isUp: () => isUp(pool), close: () => db.destroy() };
}

/** Runs `work` in a transaction; what it is given is a store whose statements belong to it. */
export function inTransaction<T>(store: Store, work: (store: Store) => Promise<T>): Promise<T> {
  return store.db.transaction().execute((db) => work({ db, key: store.key }));
}

async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function isUp(pool: pg.Pool): Promise<boolean> {
  const answer = pool.query('select 1').then(
    () => true,
    () => false,
  );
  return within(2_000, answer, () => false);
}
