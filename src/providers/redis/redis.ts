// Redis as an add-on: a server of its own for each, whose changes are on disk within a second.
import type { Kind, RunInside } from '../kind.js';
import { runScript } from '../run-script.js';
import type { ServicePlan } from '../plan.js';
import { configFor, hostOf, PORT } from './address.js';
import { CALLS, LOOKS } from './calls.js';
import { SET_PASSWORD, START, UNTIL_READY } from './scripts.js';

const HOME = '/var/lib/redis';
/** Beyond those of apps: for us, when they have taken all of theirs. */
const OWN_CONNECTIONS = 8;
/** Of its container's memory; the rest is for what it does with it: buffers, and the copy that writes its file anew. */
const DATA_PART = 0.4;

export function redis(plans: readonly ServicePlan[]): Kind {
  return {
    service: 'heroku-redis',
    software: 'redis',
    title: 'Heroku Redis',
    prefix: 'HEROKU_REDIS',
    configVars: ['HEROKU_REDIS_URL'],
    plans,
    spec: (addonId, plan) => ({
      host: hostOf(addonId),
      port: PORT,
      command: ['bash', '-c', START, 'redis', ...settings(plan)],
      dataDir: HOME,
      inMemory: { '/tmp': 'rw,noexec,nosuid,nodev,size=1m,mode=1777' },
      memoryMb: plan.memoryMb,
      sharedMb: 1,
      processes: 32,
      stopSignal: 'SIGTERM',
    }),
    async setUp(run) {
      await runRedis(run, UNTIL_READY);
    },
    // What it holds is bounded by its memory.
    disk: null,
    looks: LOOKS,
    calls: CALLS,
    async setPassword(run, { addonId, password }) {
      await runRedis(run, SET_PASSWORD, { PASSWORD: password });
      return configFor(addonId, password);
    },
  };
}

function settings({ memoryMb, connections }: ServicePlan): string[] {
  return ['--maxmemory', `${Math.floor(memoryMb * DATA_PART)}mb`, '--maxclients', String(connections + OWN_CONNECTIONS)];
}

function runRedis(run: RunInside, script: string, env: Record<string, string> = {}): Promise<string> {
  return runScript(run, 'Redis', { script, env });
}
