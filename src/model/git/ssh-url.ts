// Repositories that are reached by ssh: how their URLs are written, and what opens them.
import { parseUrl } from '../../lib/net/parse-url.js';
import { PlatformError } from '../errors.js';

/** A key that was made for one repository, and what its server is known by. */
export interface SshLogin {
  /** As `sshServer` has it: nobody else is shown the key. */
  server: string;
  /** PKCS #8, as PEM. */
  key: string;
  /** What the server showed at first contact, as a known_hosts file; null before. */
  hostKeys: string | null;
  /** Keeps what it has shown. */
  pin(hostKeys: string): Promise<void>;
}

/** As git has it: `git@example.com:me/app.git`. */
const SCP = /^(?:([\w.-]+)@)?([a-z0-9][a-z0-9.-]*):(?!\/\/)([^\0-\x20\x7f]+)$/i;
const HOST = /^(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])$/i;
const USER = /^[\w.-]+$/;

/** Whether a text is meant to be reached by ssh. */
export function isSsh(text: string): boolean {
  return /^ssh:/i.test(text) || SCP.test(text);
}

/** One `ssh://` URL for either way of writing it; its user is `git` where none is named. Throws `invalid_params`. */
export function sshUrl(text: string, field: string): string {
  const [, scpUser = 'git', scpHost, scpPath = ''] = SCP.exec(text) ?? [];
  const whole = scpHost && !/^ssh:/i.test(text) ? `ssh://${scpUser}@${scpHost}/${scpPath.replace(/^\/+/, '')}` : text;
  const url = parseUrl(whole);
  const isRepository = url !== null && HOST.test(url.hostname) && /[^/]/.test(url.pathname) && url.search === '' && url.hash === '';
  if (!isRepository || !USER.test(url.username || 'git'))
    throw new PlatformError('invalid_params', `${field}: must be like ssh://git@example.com/me/app.git or git@example.com:me/app.git`);
  if (url.password !== '')
    throw new PlatformError('invalid_params', `${field}: a password opens nothing by ssh: a deploy key is made, and shown`);
  const port = url.port === '' || url.port === '22' ? '' : `:${url.port}`;
  return `ssh://${url.username || 'git'}@${url.hostname.toLowerCase()}${port}${url.pathname}`;
}

/** `host`, or `[host]:port` where that isn't 22: as known_hosts files have it. Null for what isn't an ssh:// URL. */
export function sshServer(url: string): string | null {
  if (!url.startsWith('ssh://') || !parseUrl(url)) return null;
  const { hostname, port } = new URL(url);
  if (!HOST.test(hostname)) return null;
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return port === '' || port === '22' ? host : `[${host}]:${port}`;
}
