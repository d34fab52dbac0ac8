// Which API, with which token: the environment first, then the last login.
import { parseUrl } from '../../lib/net/parse-url.js';
import type { Credentials, Login } from './credentials.js';
import { CliError } from './errors.js';

export const DEFAULT_API_URL = 'http://localhost:8000';

export interface Settings {
  /** The API's URL, without a slash at the end. */
  url: string;
  /** Whether neither the environment nor a login named it. */
  isGuess: boolean;
  /** Null when nobody is logged in there. */
  token: string | null;
  /** File with a private CA, when there is one. */
  caFile: string | undefined;
}

/** Settles the API's URL, the token and the private CA. Throws CliError for a URL that is none. */
export function settle(env: NodeJS.ProcessEnv, credentials: Credentials): Settings {
  const named = env['PAAS_API_URL'] ? apiUrl(env['PAAS_API_URL']) : currentUrl(credentials);
  const url = named ?? DEFAULT_API_URL;
  const login = findLogin(credentials, url);
  return { url, isGuess: named === undefined, token: env['PAAS_API_KEY'] || login?.token || null, caFile: env['PAAS_CA'] || login?.ca };
}

/** The origin of what people type: `localhost:8000/` → `http://localhost:8000`; elsewhere TLS is taken for granted. Throws CliError. */
export function apiUrl(text: string): string {
  const scheme = /^(localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https';
  const full = /^[a-z]+:\/\//i.test(text) ? text : `${scheme}://${text}`;
  const url = parseUrl(full);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.username || url.search) {
    throw new CliError(`${text} is not the URL of an API: expected http(s)://host[:port], for example ${DEFAULT_API_URL}`);
  }
  return url.origin;
}

/** The login for this URL; see `mayShareToken`. */
export function findLogin(credentials: Credentials, url: string): Login | undefined {
  return credentials[url] ?? Object.entries(credentials).find(([each]) => mayShareToken(each, url))?.[1];
}

/** Whether a token for one URL may go to the other: the same place, and never from TLS to plain HTTP over a network. */
export function mayShareToken(known: string, asked: string): boolean {
  if (place(known) !== place(asked)) return false;
  return place(asked).startsWith('localhost:') || asked.startsWith('https:') || known.startsWith('http:');
}

/** Whether what is sent there can be read on the way: plain HTTP to another machine. */
export function isExposed(url: string): boolean {
  return url.startsWith('http:') && !place(url).startsWith('localhost:');
}

/** Host and port that a URL leads to, whatever its scheme: the API speaks HTTP and TLS on one port. */
export function place(url: string): string {
  if (!parseUrl(url)) return url;
  const { hostname, port, protocol } = new URL(url);
  const host = ['127.0.0.1', '[::1]'].includes(hostname) ? 'localhost' : hostname;
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function currentUrl(credentials: Credentials): string | undefined {
  return Object.entries(credentials).find(([, login]) => login.current)?.[0];
}
