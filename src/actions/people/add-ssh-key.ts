import { PlatformError } from '../../model/errors.js';
import { MOST_SSH_KEYS, parseSshKey, type SshKey } from '../../model/people/ssh-key.js';
import { inTransaction, type Store } from '../../store/open-store.js';
import { holdUser } from '../../store/people/quota-usage.js';
import { countSshKeys, insertSshKey } from '../../store/people/ssh-keys.js';

/** Keeps a public key with an account. Throws `invalid_params` for what is none, is there already, or is one too many. */
export function addSshKey({ store }: { store: Store }, userId: string, text: string): Promise<SshKey> {
  const key = parseSshKey(text);
  return inTransaction(store, async (within) => {
    await holdUser(within, userId);
    if ((await countSshKeys(within, userId)) >= MOST_SSH_KEYS)
      throw new PlatformError('invalid_params', `An account has ${MOST_SSH_KEYS} SSH keys at most: remove one first.`);
    const added = await insertSshKey(within, { ...key, userId });
    if (!added) throw new PlatformError('invalid_params', 'public_key: is among your keys already.');
    return added;
  });
}
