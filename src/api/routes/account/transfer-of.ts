import { PlatformError } from '../../../model/errors.js';
import type { AppTransfer } from '../../../model/people/team.js';
import { findTransfer } from '../../../store/people/app-transfers.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';

/** The offer that a path names: made by, or to, whoever asks. Others' are there for an admin only. Throws `not_found`. */
export async function transferOf(deps: ApiDeps, { state: { user } }: ApiContext, id: string): Promise<AppTransfer> {
  const found = await findTransfer(deps.store, id, user.role === 'admin' ? null : user.id);
  if (!found || (user.apps !== null && !user.apps.includes(found.appId)))
    throw new PlatformError('not_found', "Couldn't find that transfer.");
  return found;
}
