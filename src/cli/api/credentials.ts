// The credentials file: tokens by API URL, readable by its owner only.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRecord } from '../../lib/look-up.js';
import { CliError } from './errors.js';

export interface Login {
  token: string;
  email: string;
  /** File with the private CA of this API, when it has one. */
  ca?: string;
  /** Whether commands use this API when PAAS_API_URL names none: the last one logged in to. */
  current?: boolean;
}

/** Logins by API URL. */
export type Credentials = Record<string, Login>;

/** Where the file lies: XDG_CONFIG_HOME, else ~/.config. */
export function credentialsPath(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] || homedir();
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'slipway', 'credentials.json');
}

/** Reads the file; none is no logins. Throws CliError when it isn't ours. */
export function readCredentials(path: string): Credentials {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CliError(`Can't read ${path}: ${(error as Error).message}`);
  }
  const parsed = parseObject(text);
  if (!parsed) throw new CliError(`${path} is not a credentials file of paas.\nMove it away, then run paas login.`);
  return Object.fromEntries(Object.entries(parsed).filter((pair): pair is [string, Login] => isLogin(pair[1])));
}

/** Replaces the file in one step, mode 0600. */
export function saveCredentials(path: string, credentials: Credentials): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** The logins with this one added and made current. */
export function withLogin(credentials: Credentials, url: string, login: Omit<Login, 'current'>): Credentials {
  const others = Object.entries(credentials).map(([each, other]) => [each, { ...other, current: false }] as const);
  return { ...Object.fromEntries(others), [url]: { ...login, current: true } };
}

/** The logins without this one; another becomes current. */
export function withoutLogin(credentials: Credentials, url: string): Credentials {
  const { [url]: gone, ...rest } = credentials;
  const next = Object.keys(rest)[0];
  if (gone?.current && next !== undefined) rest[next] = { ...rest[next]!, current: true };
  return rest;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isLogin(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Login).token === 'string';
}
