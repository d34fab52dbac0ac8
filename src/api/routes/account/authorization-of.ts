import { PlatformError } from '../../../model/errors.js';
import type { Authorization } from '../../../model/user.js';
import { findAuthorization } from '../../../store/people/authorizations.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';

/** The token that a path names; `~` is the one that makes the request. Others' are there for an admin only. Throws `not_found`. */
export async function authorizationOf(deps: ApiDeps, { state }: ApiContext, ref: string): Promise<Authorization> {
  const id = ref === '~' ? (state.authorizationId ?? '') : ref;
  const found = await findAuthorization(deps.store, id, state.user.role === 'admin' ? undefined : state.user.id);
  return found ?? noAuthorization();
}

export function noAuthorization(): never {
  throw new PlatformError('not_found', "Couldn't find that authorization.");
}
