// The SSH keys of accounts.
import { isUuid } from '../../lib/is-uuid.js';
import type { Page, Range } from '../../model/page.js';
import type { SshKey } from '../../model/people/ssh-key.js';
import type { Store } from '../open-store.js';
import { readPage, type SortKey } from '../read-page.js';

const SORTED_BY: Record<string, SortKey> = {
  created_at: { column: 'createdAt', kind: 'time' },
  id: { column: 'id', kind: 'uuid' },
};

type NewKey = Pick<SshKey, 'userId' | 'publicKey' | 'fingerprint' | 'comment'>;

export function pageOfSshKeys({ db }: Store, userId: string, range: Range): Promise<Page<SshKey>> {
  return readPage(db.selectFrom('sshKeys').selectAll().where('userId', '=', userId), range, SORTED_BY);
}

/** By id or fingerprint. */
export function findSshKey({ db }: Store, userId: string, ref: string): Promise<SshKey | undefined> {
  const own = db.selectFrom('sshKeys').selectAll().where('userId', '=', userId);
  return own.where(isUuid(ref) ? 'id' : 'fingerprint', '=', ref).executeTakeFirst();
}

export async function countSshKeys({ db }: Store, userId: string): Promise<number> {
  const row = await db
    .selectFrom('sshKeys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Undefined when the account has that key already. */
export function insertSshKey({ db }: Store, key: NewKey): Promise<SshKey | undefined> {
  const once = db.insertInto('sshKeys').values(key);
  return once
    .onConflict((oc) => oc.columns(['userId', 'fingerprint']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Undefined when it was gone already. */
export function deleteSshKey({ db }: Store, id: string): Promise<SshKey | undefined> {
  return db.deleteFrom('sshKeys').where('id', '=', id).returningAll().executeTakeFirst();
}
