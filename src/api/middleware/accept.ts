// Which answers a client takes: version 3 of the API in any of its variants (`3`, `3.sdk`, `3.cancel-build`…).
import type { Middleware } from 'koa';
import { PlatformError } from '../../model/errors.js';

/** Throws `not_acceptable` for another version or another type. Clients that don't care get version 3. */
export function checkAccept(): Middleware {
  return (http, next) => {
    if (!isAcceptable(http.get('accept'))) {
      throw new PlatformError('not_acceptable', 'This API speaks version 3 only: send "Accept: application/vnd.heroku+json; version=3".');
    }
    return next();
  };
}

/** Whether an Accept header takes what we send. */
export function isAcceptable(header: string): boolean {
  return header.trim() === '' || header.split(',').some(isOurs);
}

function isOurs(range: string): boolean {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  if (['*/*', 'application/*', 'application/json'].includes(type)) return true;
  if (!/^application\/vnd\.heroku(\+json)?$/.test(type)) return false;
  const version = parameters.find((each) => each.startsWith('version='));
  return version === undefined || /^version="?3(\.[\w-]+)*"?$/.test(version);
}
