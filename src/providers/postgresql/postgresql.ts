// PostgreSQL as an add-on: a server of its own for each, with one database and one user.
import type { Kind, RunInside } from '../kind.js';
import type { ServicePlan } from '../plan.js';
import { runScript } from '../run-script.js';
import { CALLS, LOOKS } from './calls.js';
import { namesOf } from '../names.js';
import { configFor, hostOf, PORT } from './address.js';
import { LIMIT, READ_DISK, SET_PASSWORD, SET_UP, START } from './scripts.js';

const HOME = '/var/lib/postgresql';
/** Beyond those of apps: for us, when they have taken all of theirs. */
const OWN_CONNECTIONS = 3;

/** @param plans from the operator's table, or PLANS */
export function postgresql(plans: readonly ServicePlan[]): Kind {
  return {
    service: 'heroku-postgresql',
    software: 'postgresql',
    title: 'Heroku Postgres',
    prefix: 'HEROKU_POSTGRESQL',
    configVars: ['HEROKU_POSTGRESQL_URL'],
    plans,
    spec: (addonId, plan) => ({
      host: hostOf(addonId),
      port: PORT,
      command: ['bash', '-c', START, 'postgresql', ...settings(plan)],
      dataDir: HOME,
      inMemory: { '/tmp': 'rw,noexec,nosuid,nodev,size=16m,mode=1777' },
      memoryMb: plan.memoryMb,
      sharedMb: Math.ceil(plan.memoryMb / 2),
      processes: plan.connections + 64,
      // A fast shutdown: sessions end, what they had committed is written down.
      stopSignal: 'SIGINT',
    }),
    async setUp(run, { addonId, plan }) {
      await runPsql(run, SET_UP, { ...namesOf(addonId), CONNECTIONS: String(plan.connections) });
    },
    disk: {
      async read(run, addonId) {
        const [used, limited, closed] = (await runPsql(run, READ_DISK, namesOf(addonId))).split('\n');
        return { usedMb: Number(used), isLimited: limited === '1', isClosed: closed === '1' };
      },
      async limit(run, { addonId, plan, verdict }) {
        const connections = verdict === 'closed' ? 0 : plan.connections;
        const env = { READ_ONLY: verdict === 'fine' ? 'off' : 'on', CONNECTIONS: String(connections) };
        await runPsql(run, LIMIT, { ...namesOf(addonId), ...env });
      },
    },
    looks: LOOKS,
    calls: CALLS,
    async setPassword(run, { addonId, password }) {
      const { ROLE } = namesOf(addonId);
      await runPsql(run, SET_PASSWORD, { ROLE, PASSWORD: password });
      return configFor(addonId, { role: ROLE, password });
    },
  };
}

/** Of the server, by what its container may have: as its manual proposes for a machine of that size. */
function settings({ memoryMb, connections, diskMb }: ServicePlan): string[] {
  const all = {
    max_connections: connections + OWN_CONNECTIONS,
    superuser_reserved_connections: OWN_CONNECTIONS,
    shared_buffers: `${Math.ceil(memoryMb / 4)}MB`,
    effective_cache_size: `${Math.ceil(memoryMb / 2)}MB`,
    work_mem: `${Math.max(1, Math.floor(memoryMb / 4 / connections))}MB`,
    maintenance_work_mem: `${Math.max(16, Math.ceil(memoryMb / 16))}MB`,
    max_wal_size: `${Math.min(1024, Math.max(64, Math.ceil(diskMb / 8)))}MB`,
    min_wal_size: '32MB',
    temp_file_limit: `${Math.ceil(diskMb / 2)}MB`,
    autovacuum_max_workers: 2,
    max_parallel_workers: 2,
    jit: 'off',
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function runPsql(run: RunInside, script: string, env: Record<string, string>): Promise<string> {
  return runScript(run, 'PostgreSQL', { script, env });
}
