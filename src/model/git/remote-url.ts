// The URL of a repository that lies elsewhere, with what opens it beside it, and the names that its refs may have.
import { parseUrl } from '../../lib/net/parse-url.js';
import { PlatformError } from '../errors.js';
import { isSsh, sshServer, sshUrl } from './ssh-url.js';
import { unescaped } from '../../lib/net/unescaped.js';
import { withoutPassword } from '../../lib/without-password.js';

/** A name and password; a token is a password whose name says nothing. */
export interface GitLogin {
  name: string;
  password: string;
}

const MOST_REF_CHARS = 255;
/** What git itself allows (git-check-ref-format), and nothing that looks like an option. */
const REF = /^(?!-)(?!.*(?:\.\.|@\{|\/\/|\.lock$))[^\0-\x20\x7f~^:?*[\\]+(?<![/.])$/;

/** A branch, tag or commit that was named; null for the repository's own choice (HEAD). Throws `invalid_params`. */
export function asRef(text: string, field: string): string | null {
  if (text === '' || text === 'HEAD') return null;
  if (text.length > MOST_REF_CHARS || !REF.test(text))
    throw new PlatformError('invalid_params', `${field}: must be the name of a branch or tag, or a commit`);
  return text;
}

/** Takes name and password out of a URL. Throws `invalid_params` for what isn't the http(s) URL of a repository. */
export function splitLogin(text: string, field: string): { url: string; login: GitLogin | null } {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hash !== '')
    throw new PlatformError(
      'invalid_params',
      `${field}: must be the http or https URL of a git repository, such as https://example.com/me/app.git`,
    );
  const login = url.username || url.password ? { name: unescaped(url.username), password: unescaped(url.password) } : null;
  if (login && [...login.name, ...login.password].some((character) => character < ' '))
    throw new PlatformError(
      'invalid_params',
      `${field}: the name and password in it make no sense; write special characters as %40 and the like`,
    );
  url.username = '';
  url.password = '';
  return { url: url.href, login };
}

/** The same for a repository that may be reached by ssh, too: its `ssh://` URL has no login. */
export function splitRepository(text: string, field: string): { url: string; login: GitLogin | null } {
  return isSsh(text) ? { url: sshUrl(text, field), login: null } : splitLogin(text, field);
}

/** The URL as git is told it, which takes the login out again before any process is given it. */
export function withLogin(text: string, login: GitLogin | null): string {
  if (!login || isSsh(text)) return text;
  const url = new URL(text);
  url.username = encodeURIComponent(login.name);
  url.password = encodeURIComponent(login.password);
  return url.href;
}

/** How a repository inside of one is opened: as that, where it lies on the same server and brings nothing of its own. */
export function asThatOf(outer: { url: string; login: GitLogin | null }): (url: string) => string {
  return (given) => {
    const url = sshServer(outer.url) !== null && isSsh(given) ? sshUrl(given, 'its URL') : given;
    const isSameServer = parseUrl(url) !== null && parseUrl(outer.url) !== null && new URL(url).origin === new URL(outer.url).origin;
    return isSameServer && withoutPassword(url) === url ? withLogin(url, outer.login) : url;
  };
}
