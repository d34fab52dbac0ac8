// Which part of a repository an app is: a directory that its builds take for all there is, and the paths that concern it.
import { PlatformError } from '../errors.js';

export interface AppSource {
  /** `services/api`; null is all of it. */
  dir: string | null;
  /** A push that changes nothing below these builds nothing; with none of them every push builds. */
  watch: string[];
}

export const MOST_WATCHED = 50;
const MOST_CHARS = 500;

/** `./services/api/` → `services/api`. Throws `invalid_params` for what is no path within a repository. `what` is how it is named. */
export function sourcePath(text: string, what: string): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const shown = JSON.stringify(text.slice(0, MOST_CHARS));
  const problem =
    text.length > MOST_CHARS
      ? `has more than ${MOST_CHARS} characters`
      : /\p{Cc}/u.test(text)
        ? 'has a control character'
        : text.startsWith('/')
          ? 'begins at the root: name it from the top of the repository'
          : parts.includes('..')
            ? 'leads upwards: name it from the top of the repository'
            : parts.length === 0
              ? 'is the whole repository: leave it out'
              : parts[0] === '.git'
                ? 'is no part of a commit'
                : null;
  if (problem !== null) throw new PlatformError('invalid_params', `${what} ${shown} ${problem}.`);
  return parts.join('/');
}

/** What is said of a source that doesn't have the directory. */
export function noSourceDirText(dir: string): string {
  return (
    `The source has no directory ${dir}, which is this app's. Name the one it is in with paas apps:source --dir DIR, ` +
    'or build all of it with paas apps:source --clear.'
  );
}
