// The credentials of an add-on: `default`, which comes with it, and those that people make.
import { PlatformError } from '../errors.js';

export const DEFAULT_CREDENTIAL = 'default';
const NAME = /^[a-z][a-z0-9_-]{0,49}$/;
const PREFIX = 'credential:';

/** An attachment's namespace names its credential; null is the default one. */
export function credentialOf(namespace: string | null): string | null {
  return namespace?.startsWith(PREFIX) ? namespace.slice(PREFIX.length) : null;
}

export function namespaceOf(credential: string): string | null {
  return credential === DEFAULT_CREDENTIAL ? null : PREFIX + credential;
}

/** Throws `invalid_params` for what can't be the name of a new one. */
export function checkCredentialName(name: string): void {
  if (!NAME.test(name) || name === DEFAULT_CREDENTIAL)
    throw new PlatformError(
      'invalid_params',
      `Name ${JSON.stringify(name)} must be lowercase letters, digits, - and _, begin with a letter, and not be ${DEFAULT_CREDENTIAL}.`,
    );
}
