// What the data host asks of a Redis of ours, and has it do.
import { Refusal, type Call, type RunInside } from '../kind.js';
import { runScript } from '../run-script.js';
import { newPassword } from '../names.js';
import { configFor } from './address.js';
import { END_SESSIONS, READ_INFO, READ_SETTINGS, RESET_STATISTICS, WRITE_SETTINGS } from './call-scripts.js';
import { SET_PASSWORD } from './scripts.js';

/** By the server's own names: what people may set, and to what. */
const SETTINGS = {
  timeout: /^\d{1,10}$/,
  'maxmemory-policy': /^(noeviction|(allkeys|volatile)-(lru|lfu|random)|volatile-ttl)$/,
  'notify-keyspace-events': /^[A-Za-z$]{0,32}$/,
} as const;
type Setting = keyof typeof SETTINGS;
const NAMES = Object.keys(SETTINGS) as Setting[];

/** Bytes, numbers of connections and keys, the server's version, its settings. */
const info: Call = async (run, { plan }) => {
  const text = await runRedis(run, READ_INFO);
  const fact = (name: string) => new RegExp(`^${name}:(\\S*)`, 'm').exec(text)?.[1] ?? '';
  const keys = [...text.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return {
    version: fact('redis_version'),
    bytes: Number(fact('used_memory')),
    most_bytes: Number(fact('maxmemory')),
    // But for the one that asks.
    connections: Math.max(0, Number(fact('connected_clients')) - 1),
    most_connections: plan.connections,
    keys,
    settings: await readSettings(run),
  };
};

const settings: Call = (run) => readSettings(run);

const set: Call = async (run, { asked }) => {
  const wished = NAMES.flatMap((name) => {
    const value = asked[name.replaceAll('-', '_')];
    if (value === undefined) return [];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
    if (!SETTINGS[name].test(text)) throw new Refusal(`${name} can't be set to that.`);
    return [[name.replaceAll('-', '_').toUpperCase(), text] as const];
  });
  await runRedis(run, WRITE_SETTINGS, Object.fromEntries(wished));
  return readSettings(run);
};

const resetStatistics: Call = async (run) => {
  await runRedis(run, RESET_STATISTICS);
  return {};
};

/** Another password; who has come by the one before is sent away. */
const rotate: Call = async (run, { addonId }) => {
  const password = newPassword(addonId);
  await runRedis(run, SET_PASSWORD, { PASSWORD: password });
  await runRedis(run, END_SESSIONS);
  return { config: configFor(addonId, password) };
};

export const LOOKS = { info, settings };
export const CALLS = { set, rotate, 'reset-statistics': resetStatistics };

async function readSettings(run: RunInside): Promise<Record<Setting, string>> {
  const [timeout = '', policy = '', events = ''] = (await runRedis(run, READ_SETTINGS)).split('\n');
  return { timeout, 'maxmemory-policy': policy, 'notify-keyspace-events': events };
}

function runRedis(run: RunInside, script: string, env: Record<string, string> = {}): Promise<string> {
  return runScript(run, 'Redis', { script, env });
}
