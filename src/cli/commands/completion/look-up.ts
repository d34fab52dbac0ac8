// Values from the API, kept for some seconds: whoever presses Tab waits for none of it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { credentialsPath, readCredentials } from '../../api/credentials.js';
import { readText, sendOnce } from '../../api/http.js';
import { readCa } from '../../api/reach.js';
import { settle } from '../../api/settings.js';
import type { Cli } from '../../command.js';
import { listRemotes } from '../../git/git.js';
import { chooseApp } from '../../git/remotes.js';
import type { Source } from './wanted.js';

type Item = Record<string, unknown>;

const FRESH_MS = 10_000;
/** Beyond that what was kept serves, or nothing. */
const LIMIT_MS = 80;
const PATIENT_MS = 10_000;

/** Where values are read, and what of each is one. Of config vars only names are kept. */
const READ: Record<Exclude<Source, 'remotes'>, { path: (app: string) => string; of: (answer: unknown) => unknown[] }> = {
  apps: { path: () => '/apps', of: named('name') },
  sizes: { path: () => '/dyno-sizes', of: named('name') },
  types: { path: (app) => `${app}/formation`, of: named('type') },
  keys: { path: (app) => `${app}/config-vars`, of: (answer) => Object.keys(answer as object) },
  addons: { path: (app) => `${app}/addons`, of: named('name') },
  attachments: { path: (app) => `${app}/addon-attachments`, of: named('name') },
  dynos: { path: (app) => `${app}/dynos`, of: named('name') },
  domains: {
    path: (app) => `${app}/domains`,
    of: (answer) => named('hostname')((answer as Item[]).filter(({ kind }) => kind === 'custom')),
  },
  features: { path: (app) => `${app}/features`, of: named('name') },
};

function named(property: string): (answer: unknown) => unknown[] {
  return (answer) => (answer as Item[]).map((each) => each[property]);
}

interface LookedUp {
  values: string[];
  /** Whether the API didn't answer in time: what it answers to the patient is kept. */
  isLate?: boolean;
}

type Look = { source: Source; app: string | undefined; isPatient: boolean };

/** Throws where there is no login, or no app. */
export async function lookUpValues(cli: Cli, { source, app, isPatient }: Look): Promise<LookedUp> {
  if (source === 'remotes') return { values: (await listRemotes(cli)).map(({ name }) => name) };
  const { url, token, caFile } = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  if (!token) return { values: [] };
  const { path: pathOf, of } = READ[source];
  const isOfApp = source !== 'apps' && source !== 'sizes';
  const name = isOfApp ? (app ?? cli.env['PAAS_APP'] ?? chooseApp({ remotes: await listRemotes(cli), apiUrl: url })) : '';
  const path = pathOf(`/apps/${encodeURIComponent(name)}`);
  const kept = keptIn(cli.env, `${url} ${token} ${path}`);
  if (kept.isFresh) return kept;
  try {
    const ca = readCa(caFile);
    const headers = { accept: 'application/vnd.heroku+json; version=3', authorization: `Bearer ${token}`, connection: 'close' };
    const silenceMs = isPatient ? PATIENT_MS : LIMIT_MS;
    const answer = await sendOnce({ method: 'GET', url: url + path, headers, ca, silenceMs });
    if (answer.statusCode !== 200 && answer.statusCode !== 206) return { values: [] };
    const values = of(JSON.parse(await readText(answer))).filter((each): each is string => typeof each === 'string');
    kept.keep(values);
    return { values };
  } catch {
    return { values: kept.values, isLate: true };
  }
}

/** What was read before, by whom and where, which nobody learns from its name. */
function keptIn(env: NodeJS.ProcessEnv, key: string) {
  const dir = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'slipway', 'completion');
  const file = join(dir, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  let values: string[] = [];
  let isFresh = false;
  try {
    isFresh = Date.now() - statSync(file).mtimeMs < FRESH_MS;
    values = JSON.parse(readFileSync(file, 'utf8')) as string[];
  } catch {
    isFresh = false;
  }
  return {
    values,
    isFresh,
    keep(read: string[]) {
      try {
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        const beside = `${file}.${process.pid}`;
        writeFileSync(beside, JSON.stringify(read), { mode: 0o600 });
        renameSync(beside, file);
      } catch {
        // Whoever can't keep it reads it again.
      }
    },
  };
}
