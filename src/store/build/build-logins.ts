// What opens the repository of a build, sealed.
import { seal, unseal } from '../../lib/seal.js';
import type { GitLogin } from '../../model/git/remote-url.js';
import type { Store } from '../open-store.js';

export function keepBuildLogin({ db, key }: Store, buildId: string, login: GitLogin): Promise<unknown> {
  return db
    .insertInto('buildLogins')
    .values({ buildId, loginSealed: seal(key, JSON.stringify(login)) })
    .execute();
}

/** Null where the repository was named without one. */
export async function readBuildLogin({ db, key }: Store, buildId: string): Promise<GitLogin | null> {
  const row = await db.selectFrom('buildLogins').select('loginSealed').where('buildId', '=', buildId).executeTakeFirst();
  return row ? (JSON.parse(unseal(key, row.loginSealed)) as GitLogin) : null;
}

/** A build that has ended fetches nothing any more. */
export function forgetBuildLogin({ db }: Store, buildId: string): Promise<unknown> {
  return db.deleteFrom('buildLogins').where('buildId', '=', buildId).execute();
}
